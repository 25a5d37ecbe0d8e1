import { liveMembers } from './fleet.ts';
import { allowedUnavailable } from './shares.ts';
import type { Member, Situation } from './situation.ts';

/** Why nothing may go forward now, or null. Going back to stable is never held. */
export function holdOf({ policy, source }: Situation): string | null {
  if (policy.paused) return 'the policy is paused';
  return source.kind === 'held' ? source.because : null;
}

/** How many members may be mid-reload or not Ready at once for another one to be asked. Bounds new forward assignments only. */
export function roomOf(situation: Situation): number {
  if (holdOf(situation) !== null) return 0;
  return allowedUnavailable(situation.policy.maxUnavailable, liveMembers(situation.fleet).length);
}

/** Members mid-reload or not Ready. */
export function unavailableMembers({ fleet }: Situation): readonly Member[] {
  return liveMembers(fleet).filter(({ asked, ready }) => asked !== null || !ready);
}

/** Nobody is mid-reload, and yet there is no room: only Ready members could make some. */
export function isBlocked(situation: Situation): boolean {
  const unavailable = unavailableMembers(situation);
  return holdOf(situation) === null && unavailable.length >= roomOf(situation) && unavailable.every(({ asked }) => asked === null);
}
