import { createHash } from 'node:crypto';
import { holds, isBroken, isUnreported, liveMembers } from './fleet.ts';
import { reach } from './shares.ts';
import type { Member, Millis, Policy, Progress, Revision, Share, Situation, WaveRecord } from './situation.ts';

/**
 * The members that the open wave reaches: those with a place already, then the next in line. Who is not connected or not Ready is passed over,
 * and gets the candidate when it returns. A shrinking fleet pulls nobody back; a pod that is gone leaves its place to the next.
 */
export function reachedMembers(situation: Situation, progress: Progress, candidate: Revision): readonly Member[] {
  const live = liveMembers(situation.fleet);
  const ordered = inReloadOrder(live, candidate, progress);
  const holders = ordered.filter((member) => hasPlace(situation, member, candidate));
  const others = ordered.filter((member) => !hasPlace(situation, member, candidate));
  const broken = isBroken(live);
  const able = others.filter(({ link, ready }) => link.kind === 'connected' && (ready || broken));
  const room = Math.max(0, reachOf(situation, progress) - holders.length);
  return [...holders, ...able.slice(0, room)];
}

/** It has the candidate, or may have it: what this leader has not heard yet keeps its place. */
export function hasPlace(situation: Situation, member: Member, candidate: Revision): boolean {
  return holds(member, candidate) || isUnreported(situation, member);
}

/** As the wave was opened, also where the policy was edited since: new waves apply from the next one. */
function reachOf({ fleet }: Situation, progress: Progress): number {
  return reach(openUpTo(progress), liveMembers(fleet).length);
}

/** Of the open wave; one that is no longer in the policy bakes like its last. */
export function bakeOf({ waves }: Policy, progress: Progress): Millis {
  return (waves.find(({ upTo }) => upTo === openUpTo(progress)) ?? waves.at(-1))?.bakeMs ?? 0;
}

export function isLastWave(progress: Progress): boolean {
  return openUpTo(progress) === '100%';
}

/** The policy's first wave, or the one after the open one; where that is no longer in it, the first one that reaches further. */
export function nextWave(situation: Situation, open: Progress | null): WaveRecord {
  const { waves } = situation.policy;
  const size = liveMembers(situation.fleet).length;
  if (open === null) return { upTo: waves[0]?.upTo ?? '100%', openedAt: situation.now, passedAt: null, members: 0, approvedBy: null };
  const isOpen = ({ upTo }: { readonly upTo: Share } = { upTo: 0 }) => upTo === openUpTo(open);
  const at = isOpen(waves[open.wave]) ? open.wave : waves.findIndex((wave) => isOpen(wave));
  const next = at < 0 ? waves.find(({ upTo }) => reach(upTo, size) > reachOf(situation, open)) : waves[at + 1];
  return { upTo: next?.upTo ?? '100%', openedAt: situation.now, passedAt: null, members: 0, approvedBy: null };
}

function openUpTo({ waves }: Progress): Share {
  return waves.at(-1)?.upTo ?? '100%';
}

/** Born after the rollout began: last in line, and no reason to bake again. */
export function isLate(member: Member, { startedAt }: Progress): boolean {
  return startedAt !== null && member.bornAt > startedAt;
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
