/** Everything the planner may look at. What is not here, the plan cannot depend on. */
export type Situation = {
  readonly policy: Policy;
  readonly source: Source;
  /** Every pod of the selector that has not ended and is not on its way out. */
  readonly fleet: readonly Member[];
  /** What we wrote to status last time: the operator's only memory. Null for a policy that was never planned. */
  readonly progress: Progress | null;
  /** The number of the newest Reload `<policy>-<n>` that is kept; of a policy of that name that was deleted, say. */
  readonly lastReload?: number;
  /** When this leader took the Lease: what it does not know yet is not held against anybody. */
  readonly leaderSince: Millis;
  readonly now: Millis;
};

/** What the planner answers. The shell records `progress`, then publishes `assignments`. */
export type Plan = {
  readonly progress: Progress;
  readonly assignments: readonly Assignment[];
  /** When to look again if nothing happens first. */
  readonly wakeAt: Millis | null;
};

/** Which revision a member should run. Every pass names every member that has reported, so a lost message heals itself. */
export type Assignment = { readonly uid: Uid; readonly member: string; readonly revision: Revision; readonly attempt: Attempt };

export type Policy = {
  /** How far each wave reaches, counting the waves before it. */
  readonly waves: readonly Wave[];
  /** For one try of one member; the operator allows `ANSWER_MS` more for the answer's way. */
  readonly timeoutMs: Millis;
  /** Tries after the first. */
  readonly retries: number;
  /** How often an app's container may start again between its ack and the end of the bake. */
  readonly restarts: number;
  /** Members mid-reload or not Ready at once. */
  readonly maxUnavailable: Share;
  /** Members that may fail before the rollout does. */
  readonly maxFailures: Share;
  readonly paused: boolean;
};

export type Wave = { readonly upTo: Share; readonly bakeMs: Millis };

/** A count of pods, or a share of the fleet. */
export type Share = number | `${number}%`;

/** What the sources say now. A read error is never a change: `unknown` moves nothing. */
export type Source =
  | { readonly kind: 'present'; readonly revision: Revision }
  | { readonly kind: 'unknown'; readonly because: string }
  /** Gone, too large, or not to be stored: nothing new goes out, and a person must look. */
  | { readonly kind: 'held'; readonly because: string };

export type Member = {
  readonly uid: Uid;
  readonly name: string;
  readonly bornAt: Millis;
  /** It has our sidecar. Others are counted and named, never waited for. */
  readonly managed: boolean;
  /** Booting: its app has not started yet, so that it is not counted in shares. */
  readonly phase: 'booting' | 'running';
  /** Every app container is ready; our own sidecar is not asked. */
  readonly ready: boolean;
  /** When each app container started last. */
  readonly startedAt: readonly Millis[];
  readonly link: Link;
  /** What its files are, as far as the sidecar told this leader. `other`: neither the candidate nor stable. */
  readonly running: Running | null;
  readonly asked: Asked | null;
  readonly refused: Refused | null;
};

/** `unreported`: not heard of since this leader took the Lease. */
export type Link = { readonly kind: 'unreported' } | { readonly kind: 'connected' } | { readonly kind: 'away'; readonly since: Millis };

export type Running = {
  /** The name of a revision that we know, `other`, or null: no files yet. */
  readonly revision: Revision | null;
  readonly at: Millis;
  readonly proof: 'Delivered' | 'Confirmed' | 'Booted' | 'Adopted';
};

/** The assignment in flight; gone with its ack. */
export type Asked = { readonly revision: Revision; readonly attempt: Attempt; readonly at: Millis };

export type Refused = { readonly revision: Revision; readonly attempt: Attempt; readonly at: Millis; readonly because: string };

export type Progress = {
  /** Rollouts of this policy so far; the present one is `<policy>-<n>`. Recorded before the Reload is made. */
  readonly rollout: number;
  /** The last revision that passed its last gate. */
  readonly stable: Revision | null;
  /** The one that is rolling out; null between rollouts. */
  readonly candidate: Revision | null;
  /** The open wave, from 0. */
  readonly wave: number;
  readonly startedAt: Millis | null;
  /** When the open wave's last member had applied and was Ready; the operator's clock, recorded once per wave. */
  readonly bakeStartedAt: Millis | null;
  /** Waves that were opened, with their times; the Reload's record is made of it. */
  readonly waves: readonly WaveRecord[];
  readonly quarantined: readonly Quarantined[];
  /** How the last rollout ended; null while it runs, and while its members return to stable. */
  readonly outcome: Outcome | null;
  readonly phase: 'Healthy' | 'Progressing' | 'Paused' | 'Degraded';
  readonly because: string;
};

export type Outcome = 'Succeeded' | 'RolledBack' | 'RollbackFailed' | 'Superseded' | 'Aborted';

/** `members`: how many it reached. */
export type WaveRecord = { readonly upTo: Share; readonly openedAt: Millis; readonly passedAt: Millis | null; readonly members: number };

/** Failed a gate: never assigned again while its content stays the same. */
export type Quarantined = { readonly revision: Revision; readonly at: Millis; readonly because: string };

/** 16 hex digits that name a revision. Equal content is an equal revision. */
export type Revision = string;
/** `<rollout>.<try>`. */
export type Attempt = string;
export type Uid = string;
export type Millis = number;
