import { liveMembers, patience } from './fleet.ts';
import { allowedUnavailable } from './shares.ts';
import type { Member, Millis, Situation, Uid } from './situation.ts';

/** Why nothing may go forward now, or null. Going back to stable is never held. */
export function holdOf({ policy, source }: Situation): string | null {
  if (policy.paused) return 'the policy is paused';
  return source.kind === 'held' ? source.because : null;
}

/** What is left of `maxUnavailable`, taken member by member. Bounds new forward assignments only. */
export type Room = { readonly take: (member: Member) => boolean };

/** `held`: nobody at all. `returning`: about to be sent back to stable, which is bound by nothing, and takes room from those who would go forward. */
export function openRoom(situation: Situation, held: boolean, returning: readonly Member[] = []): Room {
  const live = liveMembers(situation.fleet);
  const most = held ? 0 : allowedUnavailable(situation.policy.maxUnavailable, live.length);
  const asked = new Set<Uid>([...live.filter((member) => isMidReload(situation, member)), ...returning].map(({ uid }) => uid));
  const unready = new Set<Uid>(live.filter(({ ready }) => !ready).map(({ uid }) => uid));
  return {
    take: ({ uid, ready }) => {
      // One that is not Ready is unavailable as it is: it competes only with those who are being asked.
      const unavailable = ready ? asked.union(unready) : new Set(asked);
      if (unavailable.add(uid).size > most) return false;
      asked.add(uid);
      return true;
    },
  };
}

/** One that was asked and stays silent has failed: it takes no room for ever. */
function isMidReload({ policy, now }: Situation, { asked }: Member): boolean {
  return asked !== null && now < asked.at + patience(policy);
}

/** Nobody is mid-reload, nor only for a moment not Ready after one, and yet there is no room: only Ready members could make some. */
export function isBlocked(situation: Situation): boolean {
  const { policy } = situation;
  const live = liveMembers(situation.fleet);
  const unready = live.filter(({ ready }) => !ready);
  const isSettling = settling(situation).length > 0 || live.some((member) => isMidReload(situation, member));
  return holdOf(situation) === null && unready.length >= allowedUnavailable(policy.maxUnavailable, live.length) && !isSettling;
}

/** Until when members that are not Ready may be so because of what they applied. */
export function settling({ fleet, policy, now }: Situation): readonly Millis[] {
  return liveMembers(fleet)
    .filter(({ ready }) => !ready)
    .map(({ running }) => (running?.at ?? 0) + patience(policy))
    .filter((time) => time > now);
}
