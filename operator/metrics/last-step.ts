import { deadlineOf } from '../plan/deadline.ts';
import { liveMembers } from '../plan/fleet.ts';
import type { Millis, Progress, Situation } from '../plan/situation.ts';

/**
 * When anything moved last: what the deadline of a rollout counts from, so that a bake is no standstill. Between rollouts, when the last
 * member applied, or the members were called back. Null where there is nobody to make a step.
 */
export function lastStepOf(situation: Situation, progress: Progress): Millis | null {
  const { policy, fleet } = situation;
  const { candidate, stableSince, quarantined } = progress;
  if (candidate !== null) {
    const deadline = deadlineOf(situation, progress, candidate);
    return deadline === null ? null : deadline - policy.deadlineMs;
  }
  const live = liveMembers(fleet);
  if (live.length === 0) return null;
  const applied = live.map(({ running }) => running?.at ?? 0);
  return applied.reduce((last, at) => Math.max(last, at), Math.max(stableSince ?? 0, quarantined.at(-1)?.at ?? 0));
}
