import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import { NAMESPACE } from './api.ts';
import { isHeads, temperOf } from './content.ts';
import type { Sidecar } from './sidecar.ts';
import type { Stream } from './stream.ts';

export type Pod = {
  readonly name: string;
  readonly uid: string;
  readonly bornAt: number;
  readonly managed: boolean;
  /** The emptyDir: it lives as long as the pod. */
  readonly disk: { journal: string | null; inPlace: string | null };
  readonly app: App;
  /** Null while it does not run. */
  sidecar: Sidecar | null;
  /** Its sidecar neither hears nor does anything, and its stream stays open. */
  frozen: boolean;
  stream: Stream | null;
};

/** The app's container. `runs` is the text that it took last. */
export type App = {
  alive: boolean;
  runs: string | null;
  /** Null until its first start. */
  startedAt: number | null;
  /** Its readiness probe passes, as far as it depends on nothing that it was given. */
  warm: boolean;
  poisoned: boolean;
};

export function aPod(name: string, uid: string, bornAt: number, managed: boolean): Pod {
  const app: App = { alive: false, runs: null, startedAt: null, warm: false, poisoned: false };
  return { name, uid, bornAt, managed, disk: { journal: null, inPlace: null }, app, sidecar: null, frozen: false, stream: null };
}

/** What the API server says of it. */
export function kubePod({ name, uid, bornAt, managed, app }: Pod): KubePod {
  const started = app.startedAt !== null;
  return {
    uid,
    name,
    namespace: NAMESPACE,
    labels: { app: 'web' },
    phase: started ? 'Running' : 'Pending',
    terminating: false,
    bornAt,
    node: null,
    ip: null,
    owner: null,
    templateHash: null,
    managed,
    containers: [
      {
        name: 'nginx',
        ready: isReady(app),
        id: app.alive ? `${uid}-${app.startedAt}` : null,
        // Also while it waits to be started again.
        starts: app.startedAt === null ? [] : [app.startedAt],
      },
    ],
  };
}

export function isReady({ alive, warm, poisoned }: App): boolean {
  return alive && warm && !poisoned;
}

/** The container starts, and the app reads what is in place. With some texts it does not start at all. */
export function startApp(app: App, text: string | null, now: number): void {
  app.alive = boots(text);
  app.startedAt = now;
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
