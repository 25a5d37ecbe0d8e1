import { attemptOf, isExhausted } from './attempt.ts';
import { liveMembers } from './fleet.ts';
import { isNews } from './news.ts';
import { roomOf, unavailableMembers } from './room.ts';
import type { Assignment, Attempt, Member, Progress, Revision, Situation, Uid } from './situation.ts';
import { hasPlace, reachedMembers } from './waves.ts';

/** What every member that we have heard of should run. Rollback is not a case of its own: without a candidate nobody is reached, so everyone is given stable. */
export function assign(situation: Situation, progress: Progress): readonly Assignment[] {
  const { candidate, stable } = progress;
  const admitted = candidate === null ? new Map<Uid, Attempt>() : admit(situation, progress, candidate);
  return situation.fleet
    .flatMap((member): Assignment[] => {
      const { uid, name, managed, link } = member;
      const attempt = admitted.get(uid);
      // One that has not reported keeps its place, and is assigned nothing: it would hear it with its hello, before we know where it stands.
      if (!managed || link.kind === 'unreported') return [];
      if (candidate !== null && attempt !== undefined) return [{ uid, member: name, revision: candidate, attempt }];
      return stable === null ? [] : [stableFor(situation, progress, member, stable)];
    })
    .toSorted((a, b) => (a.member < b.member ? -1 : 1));
}

function stableFor(situation: Situation, progress: Progress, member: Member, stable: Revision): Assignment {
  return { uid: member.uid, member: member.name, revision: stable, attempt: attemptOf(progress, member, stable, situation) };
}

/** Who has the candidate keeps it. Those to be asked, or asked again, get in as far as `maxUnavailable` has room. */
function admit(situation: Situation, progress: Progress, candidate: Revision): ReadonlyMap<Uid, Attempt> {
  const { policy } = situation;
  const { members } = reachedMembers(situation, progress, candidate);
  const admitted = new Map<Uid, Attempt>();
  const unavailable = new Set(
    [...unavailableMembers(situation), ...returningMembers(situation, progress, candidate)].map(({ uid }) => uid),
  );
  const room = roomOf(situation);
  for (const member of members) {
    const next = attemptOf(progress, member, candidate, situation);
    const { uid, asked, refused } = member;
    const mayRetry = asked === null && refused?.revision === candidate && !isExhausted(progress, member, candidate, policy);
    if (hasPlace(situation, member, candidate) && !mayRetry) admitted.set(uid, next);
    else if (unavailable.size + (unavailable.has(uid) ? 0 : 1) <= room) {
      unavailable.add(uid);
      admitted.set(uid, next);
    } else if (mayRetry) admitted.set(uid, refused.attempt);
  }
  return admitted;
}

/** On a superseded revision, and about to be sent back to stable: that is bound by nothing, and takes room from those who would go forward. */
function returningMembers(situation: Situation, progress: Progress, candidate: Revision): readonly Member[] {
  const { stable } = progress;
  if (stable === null) return [];
  return liveMembers(situation.fleet).filter(
    (member) =>
      member.link.kind === 'connected' &&
      !hasPlace(situation, member, candidate) &&
      isNews(member, stableFor(situation, progress, member, stable)),
  );
}
