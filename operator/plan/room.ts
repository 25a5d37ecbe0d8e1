import { liveMembers, patience } from './fleet.ts';
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

/** Members mid-reload or not Ready. One that was asked and stays silent has failed: it takes no room for ever. */
export function unavailableMembers(situation: Situation): readonly Member[] {
  return liveMembers(situation.fleet).filter((member) => isMidReload(situation, member) || !member.ready);
}

function isMidReload({ policy, now }: Situation, { asked }: Member): boolean {
  return asked !== null && now < asked.at + patience(policy);
}

/** Nobody is mid-reload, and yet there is no room: only Ready members could make some. */
export function isBlocked(situation: Situation): boolean {
  const unavailable = unavailableMembers(situation);
  return (
    holdOf(situation) === null && unavailable.length >= roomOf(situation) && !unavailable.some((member) => isMidReload(situation, member))
  );
}
