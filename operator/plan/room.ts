import { liveMembers } from './fleet.ts';
import { allowedUnavailable } from './shares.ts';
import type { Situation } from './situation.ts';

/** Why nothing may go forward now, or null. Going back to stable is never held. */
export function holdOf({ policy, source }: Situation): string | null {
  if (policy.paused) return 'the policy is paused';
  return source.kind === 'held' ? source.because : null;
}

/** How many more members may be asked at this moment. Bounds new forward assignments only. */
export function roomFor(situation: Situation): number {
  if (holdOf(situation) !== null) return 0;
  const live = liveMembers(situation.fleet);
  const unavailable = live.filter(({ asked, ready }) => asked !== null || !ready).length;
  return Math.max(0, allowedUnavailable(situation.policy.maxUnavailable, live.length) - unavailable);
}

/** Nobody is mid-reload, and yet there is no room: only Ready members could make some. */
export function isBlocked(situation: Situation): boolean {
  return holdOf(situation) === null && roomFor(situation) === 0 && liveMembers(situation.fleet).every(({ asked }) => asked === null);
}
