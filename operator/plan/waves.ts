import { hash } from 'node:crypto';
import { hasRefused } from './attempt.ts';
import { isBroken, isOn, isUnreported, liveMembers } from './fleet.ts';
import { reach } from './shares.ts';
import { spreadOver } from './spread.ts';
import type { Member, Millis, Policy, Progress, Revision, Situation, Wave } from './situation.ts';

/**
 * The members that the open wave reaches: those with a place already, then the next in line. Who is not connected or not Ready is passed over,
 * and gets the candidate when it returns. A shrinking fleet pulls nobody back; a pod that is gone leaves its place to the next.
 */
export function reachedMembers(situation: Situation, progress: Progress, candidate: Revision): readonly Member[] {
  const { fleet, orderOf = inReloadOrder } = situation;
  const ordered = orderOf(fleet, candidate, progress);
  const holders = ordered.filter((member) => hasPlace(situation, progress, member, candidate));
  const others = ordered.filter((member) => !hasPlace(situation, progress, member, candidate));
  const broken = isBroken(situation);
  const able = others.filter(({ link, ready }) => link.kind === 'connected' && (ready || broken));
  const room = Math.max(0, reachOf(situation, progress) - holders.length);
  const spread = openOf(situation.policy.waves, progress)?.spread ?? null;
  return [...holders, ...(spread === null ? able : spreadOver(spread, holders, able)).slice(0, room)];
}

/** It has the candidate, refused it in this rollout, or may have it: what this leader has not heard yet keeps its place. */
export function hasPlace(situation: Situation, progress: Progress, member: Member, candidate: Revision): boolean {
  return isOn(member, candidate) || hasRefused(progress, member, candidate) || isUnreported(situation, member);
}

/** As the wave was opened, also where the policy was edited since: new waves apply from the next one. Nobody, where none is open yet. */
function reachOf({ fleet }: Situation, { waves }: Progress): number {
  const open = waves.at(-1);
  return open === undefined ? 0 : reach(open.upTo, liveMembers(fleet).length);
}

/** Of the open wave; one that is no longer in the policy bakes like its last. */
export function bakeOf({ waves }: Policy, progress: Progress): Millis {
  return (openOf(waves, progress) ?? waves.at(-1))?.bakeMs ?? 0;
}

export function isLastWave({ waves }: Progress): boolean {
  return waves.at(-1)?.upTo === '100%';
}

/** So many waves of the present rollout were opened. */
export function openedWaves({ waves, wave }: Progress): number {
  return waves.length === 0 ? 0 : wave + 1;
}

/** The policy's first wave, or the one after the open one; where that is no longer in it, the first one that reaches further. */
export function nextWave(situation: Situation, progress: Progress): Wave {
  const { waves } = situation.policy;
  const open = progress.waves.at(-1);
  const size = liveMembers(situation.fleet).length;
  const isOpen = (wave: Wave | undefined) => wave !== undefined && wave.upTo === open?.upTo;
  const at = open === undefined ? -1 : isOpen(waves[progress.wave]) ? progress.wave : waves.findIndex(isOpen);
  const next = open === undefined || at >= 0 ? waves[at + 1] : waves.find(({ upTo }) => reach(upTo, size) > reachOf(situation, progress));
  return next ?? waves.at(-1) ?? { upTo: '100%', bakeMs: 0, approval: false, spread: null };
}

function openOf(waves: readonly Wave[], progress: Progress): Wave | undefined {
  const upTo = progress.waves.at(-1)?.upTo;
  return waves.find((wave) => wave.upTo === upTo);
}

/** Born after the rollout began: last in line, and no reason to bake again. */
export function isLate(member: Member, { startedAt }: Progress): boolean {
  return startedAt !== null && member.bornAt > startedAt;
}

/** The same situation for one pass, which asks for the same order again and again: it is made once. */
export function orderedOnce(situation: Situation): Situation {
  let last: { readonly fleet: readonly Member[]; readonly key: string; readonly order: readonly Member[] } | null = null;
  return {
    ...situation,
    orderOf: (fleet, candidate, progress) => {
      const key = `${candidate} ${progress.candidate} ${progress.stable} ${progress.startedAt}`;
      if (last?.fleet !== fleet || last.key !== key) last = { fleet, key, order: inReloadOrder(fleet, candidate, progress) };
      return last.order;
    },
  };
}

/**
 * Ordered by hash, so that each revision picks new canaries and a restart picks the same ones. Who runs a revision that was superseded goes
 * first: it is disturbed already, and a burst of edits has one canary and not many. Newcomers come last.
 */
function inReloadOrder(fleet: readonly Member[], candidate: Revision, progress: Progress): readonly Member[] {
  const place = (member: Member) => (isLate(member, progress) ? '2' : isOnSuperseded(member, progress) ? '0' : '1');
  const rank = (member: Member) => place(member) + hash('sha256', `${candidate}/${member.uid}`);
  return liveMembers(fleet)
    .map((member) => ({ member, rank: rank(member) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ member }) => member);
}

/** Neither on stable nor on the candidate: it has to be told something in any case. */
export function isOnSuperseded({ running, asked }: Member, { stable, candidate }: Progress): boolean {
  const its = asked?.revision ?? running?.revision ?? null;
  return stable !== null && its !== null && its !== stable && its !== candidate;
}
