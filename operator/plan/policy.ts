import type { Millis } from './names.ts';

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
  readonly trigger: Trigger;
  /** With no progress for so long, a rollout fails. */
  readonly deadlineMs: Millis;
  readonly onFailure: 'Rollback' | 'Pause';
  readonly onNewRevision: 'Supersede' | 'Finish';
  /** Beside readiness, which is always on. */
  readonly gates: readonly Gate[];
};

/** When an edit begins a rollout. */
export type Trigger = {
  /** So long after the last edit of a burst, */
  readonly quietMs: Millis;
  /** or so long after its first one. */
  readonly maxWaitMs: Millis;
  /** From the beginning of one rollout to that of the next. */
  readonly minIntervalMs: Millis;
};

/** `approval`: it opens only when a person has approved it. `spread`: a label of nodes; its values take turns in the order of members. */
export type Wave = { readonly upTo: Share; readonly bakeMs: Millis; readonly approval: boolean; readonly spread: string | null };

/** A count of pods, or a share of the fleet. */
export type Share = number | `${number}%`;

/** A gate that is measured at the edge; judged here. `failures`: measurements in a row that fail it. */
export type Gate =
  | {
      readonly kind: 'metrics';
      readonly name: string;
      readonly min: number | null;
      readonly max: number | null;
      readonly failures: number;
      readonly noData: 'Pause' | 'Fail' | 'Pass';
      readonly dryRun: boolean;
      /** The query names {{control}}: without any member on stable there is nothing to compare with. */
      readonly comparesControl: boolean;
    }
  | { readonly kind: 'http'; readonly name: string; readonly failures: number }
  | { readonly kind: 'job'; readonly name: string };
