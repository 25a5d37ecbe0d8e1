import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { KubeError } from '../../operator/kube/errors.ts';
import type { Report } from '../../operator/link/report.ts';
import { openRecall } from '../../operator/recall.ts';
import type { Reading } from '../../operator/sources/read.ts';
import type { World as OperatorWorld } from '../../operator/world.ts';
import { type Api, createReload, NAMESPACE, patchReload, replaceStatus } from './api.ts';
import { revisionFor } from './content.ts';
import type { Answer, Operator } from './operator.ts';
import type { World } from './world.ts';

export const RAISE = 'raise the Lease';

/** All that a pass may touch, made of the little that there is. */
export function worldOf(world: World, self: () => Operator): OperatorWorld {
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
    namespace: 'fleet-reload-system',
    freezes: { get: () => null },
    nodes: { get: () => undefined },
    budgets: { list: () => [] },
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
    gates: { keep: () => {}, measured: () => null },
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
      hasStable: () => true,
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
      nameOf: ({ name }) => name,
      loadStable: async () => api.bootable,
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
    recall: openRecall(),
    publishCa: async () => {},
    metrics: { runs() {}, rolledOut() {}, heard() {} } as unknown as OperatorWorld['metrics'],
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

export const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export const never = (): never => {
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
