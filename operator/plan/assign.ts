import { attemptOf, hasRefused, isExhausted } from './attempt.ts';
import { isCalledBack, liveMembers } from './fleet.ts';
import { isNews } from './news.ts';
import { holdOf, stopOf } from './hold.ts';
import { openRoom, type Room } from './room.ts';
import type { Assignment, Attempt, Member, Progress, Revision, Situation, Uid } from './situation.ts';
import { hasPlace, isOnSuperseded, reachedMembers } from './waves.ts';

/**
 * What every member that we have heard of should run. Rollback is not a case of its own: without a candidate nobody is reached, so everyone is
 * given stable: at once who has to go back, and as far as there is room who was passed over as stable went by.
 */
export function assign(situation: Situation, progress: Progress): readonly Assignment[] {
  const { candidate, stable } = progress;
  const { admitted, waiting, room } = candidate === null ? nobodyOf(situation, progress) : admit(situation, progress, candidate);
  return situation.fleet
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((member): Assignment[] => {
      const { uid, name, managed, link } = member;
      const attempt = admitted.get(uid);
      // One that has not reported keeps its place, and is assigned nothing: it would hear it with its hello, before we know where it stands.
      if (!managed || link.kind === 'unreported') return [];
      if (candidate !== null && attempt !== undefined) return [{ uid, member: name, revision: candidate, attempt }];
      if (stable === null || waiting.has(uid)) return [];
      const assignment = stableFor(situation, progress, member, stable);
      return isCalledBack(member, progress) || !hasToWait(member, assignment, room) ? [assignment] : [];
    });
}

/** The app of a booting member, or of one without files, starts on stable: nobody is told anything. Who is away is asked when it is back. */
function hasToWait(member: Member, assignment: Assignment, room: Room): boolean {
  const { phase, link, running } = member;
  if (phase === 'booting' || !running?.revision || !isNews(member, assignment)) return false;
  return link.kind !== 'connected' || !room.take(member);
}

function stableFor(situation: Situation, progress: Progress, member: Member, stable: Revision): Assignment {
  return { uid: member.uid, member: member.name, revision: stable, attempt: attemptOf(progress, member, stable, situation) };
}

/** `waiting`: told nothing until there is room. */
type Admission = { readonly admitted: ReadonlyMap<Uid, Attempt>; readonly waiting: ReadonlySet<Uid>; readonly room: Room };

/** Between rollouts. Stable is nothing new: a source that is gone does not hold who catches up with it. */
function nobodyOf(situation: Situation, progress: Progress): Admission {
  const returning = calledBack(situation, progress, () => false);
  return { admitted: new Map(), waiting: new Set(), room: openRoom(situation, stopOf(situation, progress) !== null, returning) };
}

/**
 * Who has the candidate keeps it. Those to be asked, or asked again, get in as far as `maxUnavailable` has room. `leaving`: they did not get in, and
 * go back in this pass, so that they take room themselves.
 */
function admit(situation: Situation, progress: Progress, candidate: Revision, leaving: ReadonlySet<Member> = new Set()): Admission {
  const admitted = new Map<Uid, Attempt>();
  const waiting = new Set<Uid>();
  const reached = reachedMembers(situation, progress, candidate).filter((member) => !leaving.has(member));
  const staying = new Set(reached);
  const returning = calledBack(situation, progress, (it) => staying.has(it) || hasPlace(situation, progress, it, candidate));
  const room = openRoom(situation, holdOf(situation, progress) !== null, returning);
  for (const member of reached) {
    const next = attemptOf(progress, member, candidate, situation);
    const { uid, asked, refused } = member;
    const mayRetry =
      asked === null && hasRefused(progress, member, candidate) && !isExhausted(progress, member, candidate, situation.policy);
    if (hasPlace(situation, progress, member, candidate) && !mayRetry) admitted.set(uid, next);
    else if (room.take(member)) admitted.set(uid, next);
    else if (mayRetry && refused !== null) admitted.set(uid, refused.attempt);
    // By way of stable it would be told twice, and another one would have its place.
    else if (isOnSuperseded(member, progress) && room.isFreedSoon()) waiting.add(uid);
  }
  const refused = calledBack(situation, progress, (it) => !staying.has(it) || admitted.has(it.uid) || waiting.has(it.uid));
  if (refused.length > 0) return admit(situation, progress, candidate, new Set([...leaving, ...refused]));
  return { admitted, waiting, room };
}

/** Told to go back in this pass, whatever room there is; but for those who stay. */
function calledBack(situation: Situation, progress: Progress, stays: (member: Member) => boolean): readonly Member[] {
  const { stable } = progress;
  if (stable === null) return [];
  return liveMembers(situation.fleet).filter(
    (member) =>
      member.link.kind === 'connected' &&
      isCalledBack(member, progress) &&
      !stays(member) &&
      isNews(member, stableFor(situation, progress, member, stable)),
  );
}
