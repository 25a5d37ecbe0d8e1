import type { Reading } from '../../operator/sources/read.ts';
import { KubeError } from '../../operator/kube/errors.ts';
import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import { NO_COUNTERS } from '../../operator/link/counters.ts';
import type { Report } from '../../operator/link/report.ts';
import { type Roster, roster } from '../../operator/link/roster.ts';
import { converse } from '../../operator/link/session.ts';
import { openMemory } from '../../operator/memory.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { reconcile } from '../../operator/reconcile.ts';
import type { World as OperatorWorld } from '../../operator/world.ts';
import { type Api, createReload, NAMESPACE, patchReload, POLICY, replaceStatus } from './api.ts';
import { revisionFor } from './content.ts';
import { kubePod, type Pod } from './pod.ts';
import { asWebSocket, openStream } from './stream.ts';
import { sayHello } from './sidecar.ts';
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
const RAISE = 'raise the Lease';

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

/** All that a pass may touch, made of the little that there is. */
function worldOf(world: World, self: () => Operator): OperatorWorld {
  const { api } = world;
  const ask = <T>(what: string, run: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const end = (how: Answer) => {
        try {
          const done = how === 'outage' ? null : run();
          if (how === 'ok') resolve(done as T);
          else reject(new KubeError(`${what}: no answer`, { status: null, reason: 'NoAnswer' }));
        } catch (error) {
          reject(error);
        }
      };
      self().calls.push({ what, end });
    });

  return {
    policies: { get: () => ({ kind: 'policy', policy: look() }), list: () => [] },
    pods: {
      get: () => undefined,
      list: () => {
        const pods = [...self().cache.pods.values()];
        const reports = new Map(pods.flatMap(({ uid }) => [[uid, self().roster.report(uid)] as const]).filter(isReported));
        self().observed = { ...self().observed, pods, reports, at: world.wall() };
        return pods;
      },
    },
    reloads: { get: (key) => api.reloads.get(key.split('/')[1] ?? ''), list: () => [...api.reloads.values()] },
    link: {
      report: (uid) => self().roster.report(uid),
      assign: (uid, assignment, bytes) => {
        world.promises.assigns(self(), assignment);
        self().isPublishing = true;
        self().roster.assign(uid, assignment, bytes);
        self().isPublishing = false;
      },
      withdraw: (uid) => self().roster.withdraw(uid),
    },
    sources: {
      read: async () => readingOf(self().cache.source, api.readable),
    },
    revisions: {
      store: async (_, revision) => {
        if (api.kept.has(revision.name)) return null;
        return await ask(`store ${revision.name}`, () => {
          api.kept.set(revision.name, revision);
          return null;
        });
      },
      load: async (_, [ref]) => {
        return [...api.kept.values()].find(({ sources }) => sources[0]?.digest === ref?.digest) ?? `${ref?.digest} is gone`;
      },
      writeStable: (_, revision) =>
        ask(`write stable ${revision.name}`, () => {
          api.bootable = revision;
          return null;
        }),
    },
    kube: {
      ...NO_KUBE,
      list: async () => ({ metadata: { resourceVersion: '1' }, items: [] }),
      replace: <T>(_: string, body: object) =>
        ask('record', () => {
          const before = api.policy.status;
          const written = replaceStatus(api, body);
          world.promises.recorded(self(), before, written);
          self().wrote = written;
          self().observed = { ...self().observed, policy: written };
          return written as T;
        }),
      create: async <T>(path: string, body: object) => {
        if (!path.endsWith('/reloads')) return body as T;
        return ask('create Reload', () => {
          createReload(api, body);
          return body as T;
        });
      },
      patch: <T>(path: string, body: object) =>
        ask('patch Reload', () => {
          patchReload(api, path.split('/').at(-2) ?? '', body);
          return body as T;
        }),
      remove: async (path) => api.reloads.delete(path.split('/').at(-1) ?? ''),
    },
    memory: openMemory(),
    publishCa: async () => {},
    metrics: { runs() {}, rolledOut() {} } as unknown as OperatorWorld['metrics'],
    log: SILENT as unknown as OperatorWorld['log'],
    now: world.wall,
    get lead() {
      return { transitions: () => self().epoch, since: self().since, holds: () => true, raiseAbove };
    },
  };

  /** By compare-and-swap, so that one who has lost the Lease cannot. */
  async function raiseAbove(seen: number): Promise<void> {
    const operator = self();
    if (seen < operator.epoch) return;
    operator.epoch = await ask(RAISE, () => {
      if (world.leader !== operator) throw new KubeError('the Lease is held by another', { status: 409, reason: 'Conflict' });
      world.transitions = Math.max(world.transitions, seen) + 1;
      return world.transitions;
    });
    operator.roster.lead(operator.epoch);
  }

  /** The pass takes the newer one of what the watch says and what it wrote. */
  function look(): ReloadPolicy {
    const { cache, wrote } = self();
    const isOwnNewer = wrote !== null && Number(wrote.metadata.resourceVersion) > Number(cache.policy.metadata.resourceVersion);
    self().observed = { ...self().observed, policy: isOwnNewer ? wrote : cache.policy };
    return cache.policy;
  }
}

function isReported(entry: readonly [string, Report | undefined]): entry is [string, Report] {
  return entry[1] !== undefined;
}

function readingOf({ text, version }: Api['source'], isReadable: boolean): Reading {
  if (!isReadable) return { kind: 'unknown', because: 'the API server does not answer' };
  if (text === null) return { kind: 'held', because: 'ConfigMap web is not there: the fleet stays on what it has', observed: [] };
  const observed = [{ kind: 'ConfigMap' as const, name: 'web', resourceVersion: String(version) }];
  return { kind: 'present', revision: revisionFor(text), observed, changedBy: 'kubectl' };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

const never = (): never => {
  throw new Error('not in the simulation');
};
const NO_KUBE: OperatorWorld['kube'] = {
  server: '',
  namespace: NAMESPACE,
  get: never,
  list: never,
  create: never,
  replace: never,
  patch: never,
  remove: never,
  watch: never,
  close: never,
};
