import { hasRefused } from './attempt.ts';
import { isCalledBack, liveMembers, reportsDue, unreportedMembers } from './fleet.ts';
import type { Step } from './roll.ts';
import type { Member, Progress, Revision, Situation } from './situation.ts';
import { answerOf } from './standing.ts';
import { isAborted } from './verbs.ts';
import { sentence } from './words.ts';

/** A failed rollout whose members are still on their way back to stable. */
export function isReturning({ candidate, stable, rollout, outcome }: Progress): boolean {
  return candidate === null && stable !== null && rollout > 0 && outcome === null;
}

/** While members of a halted rollout return to stable. Nobody is asked more often than `retries` allows: no ping-pong. */
export function comeBack(situation: Situation, progress: Progress, stable: Revision): Step {
  if (unreportedMembers(situation).length > 0) return { progress, wakeAt: reportsDue(situation) };
  const { source, fleet } = situation;
  const touched = liveMembers(fleet).filter((member) => isTouched(member, progress, stable));
  // How Ready they are on stable is no question of the way back.
  const answers = touched.map((member) => answerOf({ ...member, ready: true, startedAt: [] }, stable, situation, progress));
  const awaited = answers.filter(({ kind }) => kind === 'awaited');
  if (awaited.length > 0) {
    const deadlines = answers.flatMap((answer) => (answer.kind === 'awaited' && answer.until !== null ? [answer.until] : []));
    if (deadlines.length > 0) return { progress, wakeAt: Math.min(...deadlines) };
    return source.kind === 'held' ? say(source.because) : { progress, wakeAt: null };
  }
  // Another policy claims its members by now: nothing is known of how they come back.
  if (source.kind === 'held' && fleet.length === 0) return say(source.because);
  const failures = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.because] : []));
  const outcome = failures.length > 0 ? 'RollbackFailed' : isAborted(progress) ? 'Aborted' : 'RolledBack';
  // What it says now may be why it waited meanwhile.
  const why = progress.quarantined.findLast(({ rollout }) => rollout === progress.rollout)?.because ?? progress.because;
  const words = failures.length === 0 ? why : `${why}. Not back on ${stable}: ${sentence(failures)}`;
  const reverted = situation.source.kind === 'present' && situation.source.revision === stable;
  const phase = failures.length === 0 && reverted ? 'Healthy' : 'Degraded';
  return { progress: { ...progress, outcome, phase, because: words }, wakeAt: situation.now };

  function say(because: string): Step {
    return { progress: { ...progress, phase: 'Paused', because }, wakeAt: null };
  }
}

/** It has to come back: it does not run stable, or is being asked. One that is away counts only where this rollout reached it. */
function isTouched(member: Member, progress: Progress, stable: Revision): boolean {
  const { link, running, asked } = member;
  const { startedAt } = progress;
  // What it refused before this way back, it only catches up with.
  const isRefusing = hasRefused(progress, member, stable);
  const isOff = running?.revision !== stable || asked !== null || isRefusing;
  switch (link.kind) {
    case 'connected':
      return isOff && (isCalledBack(member, progress) || isRefusing);
    case 'away':
      return isOff && (asked !== null || (running?.at ?? 0) >= (startedAt ?? 0));
    case 'unreported':
      return false;
  }
}
