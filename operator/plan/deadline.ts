import type { Millis, Progress, Revision, Situation } from './situation.ts';
import { liveMembers } from './fleet.ts';
import { bakeOf } from './waves.ts';

/**
 * When the rollout fails for want of progress: so long after the last step, be it a member's, or the end of the last hold; a bake that is due
 * is no standstill. Null where there is nobody to make any.
 */
export function deadlineOf({ policy, fleet, now }: Situation, progress: Progress, candidate: Revision): Millis | null {
  const live = liveMembers(fleet);
  if (live.length === 0) return null;
  const baked = progress.bakeStartedAt === null ? 0 : progress.bakeStartedAt + bakeOf(policy, progress);
  const applied = live.map(({ running }) => (running?.revision === candidate ? running.at : 0));
  // An empty fleet makes no progress: it counts from when there is somebody.
  const there = live.reduce((oldest, { bornAt }) => Math.min(oldest, bornAt), Number.POSITIVE_INFINITY);
  const steps = [there, progress.startedAt ?? 0, progress.waves.at(-1)?.openedAt ?? 0, progress.progressedAt ?? 0, baked];
  const latest = [...steps, ...applied].reduce((last, at) => Math.max(last, at), 0);
  // A clock that was ahead when a step was recorded puts nothing off, but for the bake that is to come.
  return Math.min(latest, Math.max(now, baked)) + policy.deadlineMs;
}
