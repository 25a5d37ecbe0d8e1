import { createHash } from 'node:crypto';
import { holds, isUnreported, liveMembers } from './fleet.ts';
import { reach } from './shares.ts';
import type { Member, Millis, Policy, Progress, Revision, Situation, Wave, WaveRecord } from './situation.ts';

export type Reached = {
  /** Those with a place already, then the next in line; in reload order. */
  readonly members: readonly Member[];
  /** In line for this wave, but not connected or not Ready as it is their turn: they get the candidate when they return. */
  readonly passedOver: readonly Member[];
};

/** The members that the open wave reaches. A shrinking fleet pulls nobody back; a pod that is gone leaves its place to the next. */
export function reachedMembers(situation: Situation, progress: Progress, candidate: Revision): Reached {
  const { policy, fleet } = situation;
  const live = liveMembers(fleet);
  const ordered = inReloadOrder(live, candidate, progress);
  const holders = ordered.filter((member) => hasPlace(situation, member, candidate));
  const others = ordered.filter((member) => !hasPlace(situation, member, candidate));
  const able = others.filter(isAble);
  const room = Math.max(0, reach(openWave(policy.waves, progress.wave).upTo, live.length) - holders.length);
  return {
    members: [...holders, ...able.slice(0, room)],
    passedOver: room > able.length ? others.filter((member) => !isAble(member)) : [],
  };
}

/** It has the candidate, or may have it: what this leader has not heard yet keeps its place. */
export function hasPlace(situation: Situation, member: Member, candidate: Revision): boolean {
  return holds(member, candidate) || isUnreported(situation, member);
}

/** The policy's waves may have become fewer since the wave was opened. */
export function openWave(waves: readonly Wave[], wave: number): Wave {
  return waves[Math.min(wave, waves.length - 1)] ?? { upTo: '100%', bakeMs: 0 };
}

/** Its members are counted from the next look on. */
export function openedWave({ waves }: Policy, wave: number, now: Millis): WaveRecord {
  return { upTo: openWave(waves, wave).upTo, openedAt: now, passedAt: null, members: 0 };
}

export function isLastWave(waves: readonly Wave[], wave: number): boolean {
  return wave >= waves.length - 1;
}

/** Born after the rollout began: last in line, and no reason to bake again. */
export function isLate(member: Member, { startedAt }: Progress): boolean {
  return startedAt !== null && member.bornAt > startedAt;
}

function isAble({ link, ready }: Member): boolean {
  return link.kind === 'connected' && ready;
}

/** Ordered by hash, so that each revision picks new canaries and a restart picks the same ones. Newcomers come last. */
function inReloadOrder(members: readonly Member[], candidate: Revision, progress: Progress): readonly Member[] {
  const rank = (member: Member) =>
    (isLate(member, progress) ? '1' : '0') + createHash('sha256').update(`${candidate}/${member.uid}`).digest('hex');
  return members
    .map((member) => ({ member, rank: rank(member) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ member }) => member);
}
