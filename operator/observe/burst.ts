import type { Millis, Progress, Revision, Situation } from '../plan/situation.ts';

/** Edits that no rollout was begun for yet, as this leader saw them. `revision`: what they came to so far. */
export type Burst = NonNullable<Situation['edited']> & { readonly revision: Revision };

/** After this look at the sources; null: they are where the rollouts are. */
export function burstOf(before: Burst | null, revision: Revision, progress: Progress | null, now: Millis): Burst | null {
  if (isSettled(revision, progress)) return null;
  if (before === null) return { revision, first: now, last: now };
  return before.revision === revision ? before : { ...before, revision, last: now };
}

/** It runs, it is rolling out, or it is not to be rolled out. */
function isSettled(revision: Revision, progress: Progress | null): boolean {
  if (progress === null) return false;
  const { stable, candidate, undone, quarantined } = progress;
  return [stable, candidate, undone].includes(revision) || quarantined.some((it) => it.revision === revision);
}
