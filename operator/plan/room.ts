import { liveMembers, patience } from './fleet.ts';
import { holdOf } from './hold.ts';
import { allowedUnavailable } from './shares.ts';
import type { Member, Millis, Progress, Situation, Uid } from './situation.ts';
import { names } from './words.ts';

/** What is left of `maxUnavailable` and of PodDisruptionBudgets, taken member by member. Bounds new forward assignments only. */
export type Room = {
  readonly take: (member: Member) => boolean;
  /** It is only those who are mid-reload, or on their way back, that leave none. */
  readonly isFreedSoon: () => boolean;
};

/** `held`: nobody at all. `returning`: about to be sent back to stable, which is bound by nothing, and takes room from those who would go forward. */
export function openRoom(situation: Situation, held: boolean, returning: readonly Member[] = []): Room {
  const { policy, fleet, budgets } = situation;
  const live = liveMembers(fleet);
  const most = held ? 0 : allowedUnavailable(policy.maxUnavailable, live.length);
  const asked = new Set<Uid>([...live.filter((member) => isMidReload(situation, member)), ...returning].map(({ uid }) => uid));
  const unready = new Set<Uid>(unreadyMembers(situation).map(({ uid }) => uid));
  const unavailable = asked.union(unready);
  // Of a budget, those that are being asked may be disrupted by that at any moment; who is not Ready was counted by its controller.
  const used = new Map(budgets.map((budget) => [budget, asked.intersection(budget.uids).size]));
  return {
    take: (member) => {
      const { uid, ready } = member;
      // One that is not Ready is unavailable as it is: it competes only with those who are being asked.
      const others = ready ? unavailable : asked;
      if (
        others.size + (others.has(uid) ? 0 : 1) > most ||
        (ready && !asked.has(uid) && budgets.some((budget) => budget.uids.has(uid) && (used.get(budget) ?? 0) >= budget.left))
      )
        return false;
      if (!asked.has(uid)) for (const budget of budgets) if (budget.uids.has(uid)) used.set(budget, (used.get(budget) ?? 0) + 1);
      asked.add(uid);
      unavailable.add(uid);
      return true;
    },
    isFreedSoon: () => asked.size > 0 && unready.size < most,
  };
}

/** For any reason: their app is down, or has not started yet. */
function unreadyMembers({ fleet }: Situation): readonly Member[] {
  return fleet.filter(({ managed, ready }) => managed && !ready);
}

/** One that was asked and stays silent has failed: it takes no room for ever. */
function isMidReload({ policy, now }: Situation, { asked }: Member): boolean {
  return asked !== null && now < asked.at + patience(policy);
}

/**
 * Why none of those who wait is asked; null where some may be, or will be as soon as those are done who are mid-reload, or only for a moment
 * not Ready after one.
 */
export function blockedBy(situation: Situation, progress: Progress, waiting: readonly Member[]): string | null {
  const { policy, fleet, budgets } = situation;
  const live = liveMembers(fleet);
  if (holdOf(situation, progress) !== null || settling(situation).length > 0 || live.some((member) => isMidReload(situation, member)))
    return null;
  const unready = unreadyMembers(situation).map(({ name }) => name);
  // One of a broken fleet is asked in spite of the others.
  if (waiting.every(({ ready }) => ready) && unready.length >= allowedUnavailable(policy.maxUnavailable, live.length))
    return `maxUnavailable is ${policy.maxUnavailable}, and these are not Ready: ${names(unready)}`;
  const spent = budgets.filter(({ left }) => left <= 0);
  const isFree = waiting.length === 0 || waiting.some(({ uid, ready }) => !ready || !spent.some(({ uids }) => uids.has(uid)));
  return isFree ? null : `no disruption is left by PodDisruptionBudget ${names(spent.map(({ name }) => name))}`;
}

/** Until when members that are not Ready may be so because of what they applied. */
export function settling({ fleet, policy, now }: Situation): readonly Millis[] {
  return liveMembers(fleet)
    .filter(({ ready }) => !ready)
    .map(({ running }) => (running?.at ?? 0) + patience(policy))
    .filter((time) => time > now);
}
