import type { Policy } from './policy.ts';
import type { Member } from './member.ts';
import type { Progress } from './progress.ts';
import type { GateVerdict, Measure, Measured } from './measure.ts';
import type { Attempt, Millis, Revision, Uid } from './names.ts';
export type * from './policy.ts';
export type * from './member.ts';
export type * from './progress.ts';
export type * from './measure.ts';
export type * from './names.ts';

/** Everything the planner may look at. What is not here, the plan cannot depend on. */
export type Situation = {
  readonly policy: Policy;
  readonly source: Source;
  /** When the first and the last edit of a burst were seen: since the sources left what is stable, rolling out or in quarantine. Of this leader; the next one begins anew. */
  readonly edited: { readonly first: Millis; readonly last: Millis } | null;
  /** Every pod of the selector that has not ended and is not on its way out. */
  readonly fleet: readonly Member[];
  /** What we wrote to status last time: the operator's only memory. Null for a policy that was never planned. */
  readonly progress: Progress | null;
  /** The number of the newest Reload `<policy>-<n>` that is kept; of a policy of that name that was deleted, say. */
  readonly lastReload?: number;
  /** When this leader took the Lease: what it does not know yet is not held against anybody. */
  readonly leaderSince: Millis;
  readonly now: Millis;
  /** What the Reload of the present rollout asks for; null where it has not been seen yet: then nothing is new, and nothing is taken back. */
  readonly verbs: Verbs | null;
  /** Wishes for a revision that have no answer yet, oldest first. */
  readonly requests: readonly Request[];
  /** Why nobody may be signalled, in this namespace or in the cluster; null where nothing is frozen. */
  readonly freeze: string | null;
  readonly window: Window;
  /** The same pods are being replaced by their own controller. `until`: when that is over if no pod changes any more. */
  readonly rolling: { readonly because: string; readonly until: Millis } | null;
  /** PodDisruptionBudgets over members of the fleet. */
  readonly budgets: readonly Budget[];
  /** What the edge measured for the open wave's bake; null where it measured nothing for it yet. */
  readonly measured: Measured | null;
  /** The live members in the order of the rollout: made of the above, and kept for a pass by `orderedOnce`. */
  readonly orderOf?: (fleet: readonly Member[], candidate: Revision, progress: Progress) => readonly Member[];
  /** What `<source>-stable` holds, for a policy that knows no stable; null where there is none, or it is not asked. */
  readonly bootable: Revision | null;
};

/** No `windows` in the policy: open, and never changes. `mistake`: they are not understood, so that nobody knows of one that is open. */
export type Window = { readonly open: boolean; readonly changesAt: Millis | null; readonly mistake?: string };

/** `left`: how many of its pods may be disrupted now. */
export type Budget = { readonly name: string; readonly left: number; readonly uids: ReadonlySet<Uid> };

/** Small writes to the Reload of the present rollout: each stands until it is taken back, and is heard once. */
export type Verbs = {
  readonly abort: Said | null;
  readonly pause: Said | null;
  /** Opens the waves up to that one (the first is 1) without waiting for bakes, gates or approvals; without `wave`, all of them. */
  readonly promote: (Said & { readonly wave: number | null }) | null;
  /** Lets that wave open (the first is 1). */
  readonly approve: (Said & { readonly wave: number }) | null;
};

/** `by`: the user where admission knows it, else the field manager of the write. */
export type Said = { readonly by: string; readonly reason: string | null };

/** A wish for a revision, said on a Reload. */
export type Request = {
  /** What names the wish: the Reload, and of a retry its reason, too: another reason is another wish. */
  readonly reload: string;
  /** `retry`: of one that failed in that Reload's rollout. `goTo`: a Reload that a person made. */
  readonly kind: 'retry' | 'goTo';
  readonly revision: Revision;
  /** Of a retry: the rollout that failed. */
  readonly rollout: number | null;
  readonly by: string;
  readonly reason: string;
  /** Why the revision's content is not to be had; null where it is. */
  readonly missing: string | null;
};

/** What the planner answers. The shell records `progress`, then publishes `assignments`. */
export type Plan = {
  readonly progress: Progress;
  readonly assignments: readonly Assignment[];
  /** When to look again if nothing happens first. */
  readonly wakeAt: Millis | null;
  /** What to measure now; null: nothing, and what is under way ends. */
  readonly measure: Measure | null;
  /** How the measured gates stand in this bake, for people. */
  readonly gates: readonly GateVerdict[];
  /** To a request, once the progress is recorded. */
  readonly answer: { readonly reload: string; readonly refused: string | null } | null;
};

/** Which revision a member should run. Every pass names every member that has reported, so a lost message heals itself. */
export type Assignment = { readonly uid: Uid; readonly member: string; readonly revision: Revision; readonly attempt: Attempt };

/** What the sources say now. A read error is never a change: `unknown` moves nothing. */
export type Source =
  | { readonly kind: 'present'; readonly revision: Revision }
  | { readonly kind: 'unknown'; readonly because: string }
  /** Gone, too large, or not to be stored: nothing new goes out, and a person must look. */
  | { readonly kind: 'held'; readonly because: string };
