import type { Reload, ReloadStatus } from '../../../crds/reload.ts';
import type { ReloadPolicy } from '../../../crds/reload-policy.ts';
import { KubeError } from '../../kube/errors.ts';
import type { Observed } from '../../observe.ts';
import type { Plan, Progress } from '../../plan/situation.ts';
import { openRecall, type Recall } from '../../recall.ts';
import type { World } from '../../world.ts';
import { keepHistory } from '../history.ts';

export const NOW = Date.parse('2026-02-01T00:00:00Z');

/** The Reloads of the namespace `shop`, and an operator that keeps their history. */
export type Shop = {
  readonly reloads: Map<string, Reload>;
  /** `create web-3`, `patch web-3`, `remove web-3`. */
  readonly writes: string[];
  /** A pass of the present leader. `beforeWrite` is told of each write, from 0 on; where it throws, the write is not made. */
  readonly pass: (policy: ReloadPolicy, before: Progress | null, plan: Turn, beforeWrite?: (write: number) => void) => Promise<void>;
  /** Another process leads: it recalls nothing. */
  readonly anotherLeads: () => void;
};

export type Turn = { readonly progress: Progress; readonly answer?: Plan['answer']; readonly observed?: Partial<Observed> };

/** `sees`: what the watch has told of; without it, all at once. */
export function aShop(made: readonly Reload[] = [], sees: (reload: Reload) => boolean = () => true): Shop {
  const reloads = new Map(made.map((reload) => [reload.metadata.name, reload]));
  const writes: string[] = [];
  let recall: Recall = openRecall();
  let beforeWrite: (write: number) => void = () => {};
  let count = 0;

  const write = (what: string) => {
    beforeWrite(count++);
    writes.push(what);
  };
  const kube = {
    list: async () => ({ items: [{ metadata: { uid: 'uid-shop' } }] }),
    create: async (_: string, body: Reload) => {
      const { name } = body.metadata;
      write(`create ${name}`);
      if (reloads.has(name)) throw new KubeError('exists', { status: 409, reason: 'AlreadyExists' });
      const metadata = {
        ...body.metadata,
        namespace: 'shop',
        uid: `uid-${name}`,
        resourceVersion: '1',
        creationTimestamp: new Date(NOW).toISOString(),
      };
      reloads.set(name, { ...body, metadata });
    },
    patch: async (path: string, { status }: { readonly status: ReloadStatus }) => {
      const name = path.split('/').at(-2) ?? '';
      write(`patch ${name}`);
      const reload = reloads.get(name);
      if (reload === undefined) throw new KubeError('gone', { status: 404, reason: 'NotFound' });
      reloads.set(name, { ...reload, status: { ...reload.status, ...(JSON.parse(JSON.stringify(status)) as ReloadStatus) } });
    },
    remove: async (path: string) => {
      const name = path.split('/').at(-1) ?? '';
      write(`remove ${name}`);
      return reloads.delete(name);
    },
  };
  const seen = () => [...reloads.values()].filter(sees);
  return {
    reloads,
    writes,
    anotherLeads: () => (recall = openRecall()),
    pass: async (policy, before, { progress, answer = null, observed = {} }, given = () => {}) => {
      [beforeWrite, count] = [given, 0];
      const world = {
        kube,
        recall,
        now: () => NOW,
        link: { report: () => undefined },
        reloads: { get: (key: string) => seen().find(({ metadata }) => `shop/${metadata.name}` === key), list: seen },
      };
      const looked = {
        policy,
        pods: new Map(),
        reading: { kind: 'unknown', because: '' },
        ...observed,
        situation: { fleet: [], progress: before, ...observed.situation },
      };
      await keepHistory(looked as unknown as Observed, policy, { progress, answer }, world as unknown as World);
    },
  };
}
