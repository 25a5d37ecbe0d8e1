import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Reload } from '../crds/reload.ts';
import type { Gates } from './gates/index.ts';
import type { DisruptionBudget } from './kube/budgets.ts';
import type { Kube } from './kube/client.ts';
import type { Pod } from './kube/pods.ts';
import type { Store } from './kube/reflector.ts';
import type { Link } from './link/link.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Millis } from './plan/situation.ts';
import type { SourceReader } from './sources/read.ts';
import type { Revisions } from './sources/revisions.ts';
import type { Stables } from './sources/stable.ts';
import type { Recall } from './recall.ts';
import type { Rights, Sees } from './rights.ts';

/** All that a pass may touch. Made once in main.ts. */
export type World = {
  readonly kube: Kube;
  /** The operator's own: a freeze of it is one of the cluster. */
  readonly namespace: string;
  readonly rights: Rights;
  readonly sees: Sees;
  readonly policies: Pick<Store<PolicyEntry>, 'get' | 'list'>;
  readonly reloads: Pick<Store<Reload>, 'get' | 'list'>;
  readonly pods: Pick<Store<Pod>, 'get' | 'list'>;
  readonly freezes: Pick<Store<string | null>, 'get'>;
  readonly nodes: Pick<Store<Readonly<Record<string, string>>>, 'get'>;
  readonly budgets: Pick<Store<DisruptionBudget>, 'list'>;
  readonly gates: Pick<Gates, 'keep' | 'measured'>;
  readonly link: Pick<Link, 'report' | 'assign' | 'withdraw'>;
  readonly sources: Pick<SourceReader, 'read'>;
  readonly revisions: Revisions & Stables;
  readonly recall: Recall;
  readonly publishCa: (namespace: string) => Promise<void>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Millis;
  /** Of the present lead; a world is used by one leader only. */
  readonly lead: {
    /** The epoch's first number. */
    readonly transitions: () => number;
    readonly since: Millis;
    /** By the clock: false at once in a process that was frozen and wakes up too late. */
    readonly holds: () => boolean;
    /** Somebody has seen this epoch, and ours is not above it: the Lease was deleted, or restored from a backup. */
    readonly raiseAbove: (epoch: number) => Promise<void>;
  };
};

/** A policy as it was read, or why it cannot be: written by a newer version, say. */
export type PolicyEntry =
  | { readonly kind: 'policy'; readonly policy: ReloadPolicy }
  | { readonly kind: 'unreadable'; readonly because: string };
