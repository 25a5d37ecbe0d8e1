import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Gates } from '../../operator/gates/measuring.ts';
import { KubeError } from '../../operator/kube/errors.ts';
import { NO_COUNTERS } from '../../operator/link/counters.ts';
import { type Roster, roster } from '../../operator/link/roster.ts';
import { converse } from '../../operator/link/session.ts';
import { reconcile } from '../../operator/reconcile.ts';
import { collectRevisions } from '../../operator/reloads/collect.ts';
import { type Objects, POLICY, NAMESPACE, type Table } from './api.ts';
import { gatesOf, type Asking } from './gates.ts';
import { never } from './kube.ts';
import { nothingObserved, type Observed } from './observed.ts';
import { logOf, RAISE, worldOf } from './operator-world.ts';
import type { Pod } from './pod.ts';
import { sayHello } from './sidecar.ts';
import { asWebSocket, openStream } from './stream.ts';
import { goBack, listAgain, nextChange, openWatches, type Told, type Watches } from './watches.ts';
import type { World } from './world.ts';

/** One operator process: the real pass, the real roster, the real rounds of gates. It sees what its watches have told it, and waits for answers. */
export type Operator = {
  /** The epoch's first number. */
  epoch: number;
  readonly since: number;
  readonly roster: Roster;
  readonly gates: Gates;
  readonly world: ReturnType<typeof worldOf>;
  watches: Watches;
  /** Writes under way; the story says how each ends. */
  readonly calls: Call[];
  /** Measurements under way. */
  readonly asking: Asking[];
  /** False: another has the Lease, and this one has not noticed; `hasNoticed`: it has. */
  leads: boolean;
  hasNoticed: boolean;
  isTouched: boolean;
  /** By the machine's monotonic clock, as timers are. */
  wakeAt: number | null;
  notBefore: number;
  isPassing: boolean;
  isCollecting: boolean;
  isPublishing: boolean;
  /** What the pass under way, or the last one, looked at; the policy is the newest that it knows to be recorded. */
  observed: Observed;
  /** By the pass under way, or since the last one: revisions that it named, and the content that it asked of members. */
  readonly stated: Set<string>;
  readonly asked: Map<string, string>;
  /** What it wrote last. */
  wrote: ReloadPolicy | null;
};

export type Call = { readonly what: string; readonly end: (how: Answer) => void };
/** `lost`: it is done, and the answer does not come. */
export type Answer = 'ok' | 'outage' | 'lost';

export const KEY = `${NAMESPACE}/${POLICY}`;
const BACKOFF_MS = 1_000;

/** A process that takes the Lease: its first lists are whole and fresh. */
export function openOperator(world: World, epoch: number): Operator {
  const touch = () => {
    operator.isTouched = true;
    // As lead.ts does it: an epoch above ours was seen, since the Lease was deleted or restored.
    const seen = members.outrankedBy();
    if (seen !== null && !operator.calls.some(({ what }) => what === RAISE)) operator.world.lead.raiseAbove(seen[0]).catch(touch);
  };
  const self = () => operator;
  const members = roster({ clock: { now: world.wall }, log: logOf(world, self), onChange: touch });
  const gates = gatesOf(world, self);
  const operator: Operator = {
    epoch,
    since: world.wall(),
    roster: members,
    gates,
    watches: openWatches(world.api),
    calls: [],
    asking: [],
    leads: true,
    hasNoticed: false,
    isTouched: true,
    wakeAt: null,
    notBefore: 0,
    isPassing: false,
    isCollecting: false,
    isPublishing: false,
    observed: nothingObserved(world.wall()),
    stated: new Set(),
    asked: new Map(),
    wrote: null,
    world: worldOf(world, self, gates),
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

/** Revisions that nothing names any more go, in a loop of its own. */
export function collect(world: World, operator: Operator): void {
  if (operator.isCollecting) return;
  operator.isCollecting = true;
  void collectRevisions(operator.world)
    .catch((error: unknown) => {
      if (!(error instanceof KubeError)) world.failed(error);
    })
    .finally(() => {
      operator.isCollecting = false;
    });
}

/** A sidecar is let in: its pod must be in our own copy. */
export function accept(world: World, operator: Operator, pod: Pod): void {
  if (!operator.watches.pods.known.has(pod.uid) || pod.sidecar === null) return;
  const stream = openStream(pod.name, operator);
  pod.stream = stream;
  world.streams.push(stream);
  operator.roster.welcome({ uid: pod.uid, namespace: NAMESPACE, name: pod.name }, (told) => {
    const session = converse({
      hear: () => null,
      stream: asWebSocket(stream),
      clock: { now: world.wall, after: world.time.after, every: never },
      log: logOf(world, () => operator),
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

/** Its watch tells of the next change in that table, of all there are, lists again, or is told old ones once more. */
export function show({ api }: World, operator: Operator, table: Table, how: string): void {
  const { watches } = operator;
  if (how === 'again') return goBack(watches, table, 3);
  if (how === 'anew') return listAgain(api, watches, table).forEach((change) => hear(operator, change));
  for (let change = nextChange(api, watches, table); change !== null; change = how === 'all' ? nextChange(api, watches, table) : null)
    hear(operator, change);
}

/** As lead.ts does it. */
function hear(operator: Operator, { table, before, object }: Told): void {
  operator.isTouched = true;
  if (table === 'policies') policyTold(operator, before as Objects['policies'] | undefined, object as Objects['policies'] | null);
  if (table === 'pods') {
    const pod = object as Objects['pods'] | null;
    const uid = pod?.uid ?? (before as Objects['pods'] | undefined)?.uid;
    if (uid !== undefined && (pod === null || pod.terminating)) operator.roster.forget(uid);
  }
}

function policyTold(operator: Operator, before: ReloadPolicy | undefined, after: ReloadPolicy | null): void {
  if (before === undefined || before.metadata.uid === after?.metadata.uid) return;
  operator.world.recall.forget(before.metadata.uid);
  operator.gates.forget(before.metadata.uid);
  operator.world.sources.forget(NAMESPACE);
  if (after === null) for (const { uid } of operator.watches.pods.known.values()) operator.roster.forget(uid);
}
