import type { Share } from './policy.ts';
import type { Millis, Revision } from './names.ts';
import type { Said } from './situation.ts';

export type Progress = {
  /** Rollouts of this policy so far; the present one is `<policy>-<n>`. Recorded before the Reload is made. */
  readonly rollout: number;
  /** The last revision that passed its last gate. */
  readonly stable: Revision | null;
  /** Since when. */
  readonly stableSince: Millis | null;
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
  /** Why the rollout was begun, and by whom: "the sources changed". */
  readonly why: string;
  /** The last step forward, or the end of the last hold: from then on the deadline counts. */
  readonly progressedAt: Millis | null;
  /** A gate failed, and `onFailure: Pause` leaves what to do to a person; why it failed. */
  readonly failed: string | null;
  /** Failures of members that a person passed over by `promote`. */
  readonly forgiven: number;
  /** What was heard of the verbs on the rollout's Reload, one of each at most. */
  readonly heard: readonly Heard[];
  /** A person went to another revision: what the sources said then is passed over until they say something else. */
  readonly undone: Revision | null;
  /** The wish that was taken up last, by its name: it is not taken up again. */
  readonly request: string | null;
  /** How the last rollout ended; null while it runs, and while its members return to stable. */
  readonly outcome: Outcome | null;
  readonly phase: 'Healthy' | 'Progressing' | 'Paused' | 'Degraded';
  readonly because: string;
};

export type Outcome = 'Succeeded' | 'RolledBack' | 'RollbackFailed' | 'Superseded' | 'Aborted';

/** `members`: how many it reached. */
export type WaveRecord = {
  readonly upTo: Share;
  readonly openedAt: Millis;
  readonly passedAt: Millis | null;
  readonly members: number;
  readonly approvedBy: string | null;
};

/** A verb, and what came of it. */
export type Heard = Said & {
  readonly verb: 'abort' | 'pause' | 'promote' | 'approve';
  /** Of promote and approve. */
  readonly wave: number | null;
  readonly at: Millis;
  /** Why it makes no sense; null where it was taken up. It is not looked at again until it changes. */
  readonly refused: string | null;
};

/** Failed a gate: never assigned again while its content stays the same. */
export type Quarantined = { readonly revision: Revision; readonly at: Millis; readonly because: string; readonly rollout: number };
