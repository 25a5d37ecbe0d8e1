import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import type { Assign } from '../../sidecar/protocol.ts';
import { NAMESPACE } from './api.ts';
import { isHeads, temperOf } from './content.ts';
import type { Sidecar } from './sidecar.ts';
import type { Stream } from './stream.ts';

export type Pod = {
  readonly name: string;
  readonly uid: string;
  readonly bornAt: number;
  readonly managed: boolean;
  /** Of its Deployment, which makes other pods of another one. */
  readonly template: number;
  readonly node: string;
  /** On its way out; `replaced`: another one of that name comes after it. */
  leaves: 'no' | 'for good' | 'replaced';
  /** The emptyDir: it lives as long as the pod. */
  readonly disk: Disk;
  readonly app: App;
  /** Null while it does not run. */
  sidecar: Sidecar | null;
  /** SIGSTOP: its sidecar neither hears nor does anything, and its stream stays open. */
  stopped: boolean;
  stream: Stream | null;
};

/** `assign`: the last one that was worked on, which says whether the app watches its files. */
type Disk = { journal: string | null; inPlace: string | null; folder: string | null; staged: number; assign: Assign | null };

/** The app's container. `runs` is the text that it took last. */
export type App = {
  alive: boolean;
  runs: string | null;
  /** Null until its first start. */
  startedAt: number | null;
  readonly starts: number[];
  /** Null while it is Ready. */
  unreadySince: number | null;
  /** When it ended; null while it runs, and before its first start. */
  endedAt: number | null;
  /** Its readiness probe passes, as far as it depends on nothing that it was given. */
  warm: boolean;
  poisoned: boolean;
};

export function aPod(name: string, born: number, bornAt: number, managed: boolean, template: number): Pod {
  const app: App = {
    alive: false,
    runs: null,
    startedAt: null,
    starts: [],
    unreadySince: null,
    endedAt: null,
    warm: false,
    poisoned: false,
  };
  return {
    name,
    uid: `${name}-${born}`,
    bornAt,
    managed,
    template,
    node: `node-${1 + (born % 3)}`,
    leaves: 'no',
    disk: { journal: null, inPlace: null, folder: null, staged: 0, assign: null },
    app,
    sidecar: null,
    stopped: false,
    stream: null,
  };
}

/** What the API server says of it. */
export function kubePod({ name, uid, bornAt, managed, app, template, node, leaves }: Pod): KubePod {
  const { alive, startedAt } = app;
  return {
    uid,
    name,
    namespace: NAMESPACE,
    labels: { app: 'web' },
    phase: startedAt === null ? 'Pending' : 'Running',
    terminating: leaves !== 'no',
    bornAt,
    unreadySince: app.unreadySince,
    node,
    ip: '10.0.0.1',
    owner: 'Deployment web',
    templateHash: String(template),
    managed,
    // A status names the last two starts.
    containers: [
      { name: 'nginx', ready: isReady(app), id: alive ? `${uid}-${startedAt}` : null, starts: app.starts.slice(-2), endedAt: app.endedAt },
    ],
  };
}

/** Whether the API server has nothing else to say of it by now. */
export function isAsTold({ app, leaves }: Pod, told: KubePod | undefined): boolean {
  const container = told?.containers[0];
  return (
    container !== undefined &&
    told?.terminating === (leaves !== 'no') &&
    (told.phase === 'Pending') === (app.startedAt === null) &&
    container.ready === isReady(app) &&
    (container.id !== null) === app.alive &&
    container.starts.at(-1) === (app.startedAt ?? undefined)
  );
}

export function isReady({ alive, warm, poisoned }: App): boolean {
  return alive && warm && !poisoned;
}

/** The container starts, and the app reads what is in place. With some texts it does not start at all. */
export function startApp(app: App, text: string | null, now: number): void {
  app.alive = boots(text);
  app.startedAt = now;
  app.starts.push(now);
  app.warm = false;
  app.poisoned = false;
  if (app.alive) app.runs = text;
}

export function boots(text: string | null): boolean {
  return text === null || !['bad', 'crash'].includes(temperOf(text));
}

/** What the app answers to its handle. `keeps`: it goes on with what it had. */
export function tell(app: App, text: string, luck: string): 'takes' | 'keeps' | 'hangs' {
  switch (temperOf(text)) {
    case 'bad':
      return 'keeps';
    case 'hang':
      return 'hangs';
    case 'crash':
      app.alive = false;
      return 'hangs';
    case 'flaky':
      return isHeads(luck) ? take() : 'keeps';
    case 'good':
    case 'poison':
      return take();
  }
  function take(): 'takes' {
    app.runs = text;
    app.poisoned = false;
    return 'takes';
  }
}
