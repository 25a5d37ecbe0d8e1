import { KubeError } from '../../operator/kube/errors.ts';
import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import { NO_COUNTERS } from '../../operator/link/counters.ts';
import type { Report } from '../../operator/link/report.ts';
import { type Roster, roster } from '../../operator/link/roster.ts';
import { converse } from '../../operator/link/session.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { reconcile } from '../../operator/reconcile.ts';
import type { World as OperatorWorld } from '../../operator/world.ts';
import { type Api, NAMESPACE, POLICY } from './api.ts';
import { kubePod, type Pod } from './pod.ts';
import { asWebSocket, openStream } from './stream.ts';
import { sayHello } from './sidecar.ts';
import { never, RAISE, SILENT, worldOf } from './operator-world.ts';
import type { World } from './world.ts';

/** One operator process: the real pass and the real roster. It sees what its watches have told it, and waits for the API server's answers. */
export type Operator = {
  /** The epoch's first number. */
  epoch: number;
  readonly since: number;
  readonly roster: Roster;
  readonly world: OperatorWorld;
  readonly cache: Cache;
  /** Calls under way; the story says how each ends. */
  readonly calls: Call[];
  /** False: another has the Lease, and this one has not noticed. */
  leads: boolean;
  isTouched: boolean;
  /** By the machine's monotonic clock, as timers are. */
  wakeAt: number | null;
  notBefore: number;
  isPassing: boolean;
  isPublishing: boolean;
  /** What the pass under way, or the last one, looked at; the policy is the newest that it knows to be recorded. */
  observed: Observed;
  /** By the pass under way, or since the last one: revisions that it named, and the content that it asked of members. */
  readonly stated: Set<string>;
  readonly asked: Map<string, string>;
  /** What it wrote last. */
  wrote: ReloadPolicy | null;
};

export type Observed = {
  readonly policy: ReloadPolicy;
  readonly pods: readonly KubePod[];
  readonly reports: ReadonlyMap<string, Report>;
  readonly at: number;
};
export type Cache = { policy: ReloadPolicy; source: Api['source']; readonly pods: Map<string, KubePod> };

type Call = { readonly what: string; readonly end: (how: Answer) => void };
/** `lost`: it is done, and the answer does not come. */
export type Answer = 'ok' | 'outage' | 'lost';

const KEY = `${NAMESPACE}/${POLICY}`;
const BACKOFF_MS = 1_000;

/** A process that takes the Lease: its first lists are whole and fresh. */
export function openOperator(world: World, epoch: number): Operator {
  const since = world.wall();
  const calls: Call[] = [];
  const cache: Cache = {
    policy: world.api.policy,
    source: world.api.source,
    pods: new Map([...world.pods.values()].map((pod) => [pod.uid, kubePod(pod)])),
  };
  const touch = () => {
    operator.isTouched = true;
    // As lead.ts does it: an epoch above ours was seen, since the Lease was deleted or restored.
    const seen = members.outrankedBy();
    if (seen !== null && !calls.some(({ what }) => what === RAISE)) operator.world.lead.raiseAbove(seen[0]).catch(touch);
  };
  const members = roster({ clock: { now: world.wall }, log: SILENT, onChange: touch });
  const operator: Operator = {
    epoch,
    since,
    roster: members,
    cache,
    calls,
    leads: true,
    isTouched: true,
    wakeAt: null,
    notBefore: 0,
    isPassing: false,
    isPublishing: false,
    observed: { policy: world.api.policy, pods: [], reports: new Map(), at: since },
    stated: new Set(),
    asked: new Map(),
    wrote: null,
    world: worldOf(world, () => operator),
  };
  members.lead(epoch);
  return operator;
}

/** Starts a pass. It goes on with each answer of the API server. */
export function pass(world: World, operator: Operator): void {
  if (!isPassDue(world, operator)) return;
  operator.isTouched = false;
  operator.isPassing = true;
  operator.wakeAt = null;
  world.promises.passes(operator);
  void reconcile(KEY, operator.world)
    .then((wakeAt) => {
      if (wakeAt !== null) operator.wakeAt = world.time.now() + Math.max(0, wakeAt - world.wall());
    })
    .catch((error: unknown) => {
      if (!(error instanceof KubeError)) world.failed(error);
      operator.isTouched = true;
      operator.notBefore = world.time.now() + BACKOFF_MS;
    })
    .finally(() => {
      operator.isPassing = false;
    });
}

export function isPassDue({ time }: World, { isPassing, isTouched, wakeAt, notBefore }: Operator): boolean {
  return !isPassing && time.now() >= notBefore && (isTouched || (wakeAt !== null && time.now() >= wakeAt));
}

/** A sidecar is let in: its pod must be in our own copy. */
export function accept(world: World, operator: Operator, pod: Pod): void {
  if (!operator.cache.pods.has(pod.uid) || pod.sidecar === null) return;
  const stream = openStream(pod.name, operator);
  pod.stream = stream;
  world.streams.push(stream);
  operator.roster.welcome({ uid: pod.uid, namespace: NAMESPACE, name: pod.name }, (told) => {
    const session = converse({
      stream: asWebSocket(stream),
      clock: { now: world.wall, after: world.time.after, every: never },
      log: SILENT,
      counters: NO_COUNTERS,
      turn: async () => () => {},
      ...told,
    });
    return {
      ...session,
      state: (assign, since, bytes) => {
        world.promises.sends(operator, pod, assign);
        return session.state(assign, since, bytes);
      },
    };
  });
  sayHello(world, pod);
}

/** The operator's watch tells how the pod is now, or that it is gone. */
export function showPod(world: World, operator: Operator, name: string): void {
  const pod = world.pods.get(name);
  operator.isTouched = true;
  for (const cached of operator.cache.pods.values()) {
    if (cached.name !== name || cached.uid === pod?.uid) continue;
    operator.cache.pods.delete(cached.uid);
    operator.roster.forget(cached.uid);
  }
  if (pod) operator.cache.pods.set(pod.uid, kubePod(pod));
}
