import { hasRefused } from './attempt.ts';
import { isCalledBack, liveMembers, reportsDue, unreportedMembers } from './fleet.ts';
import { isQuarantined } from './quarantine.ts';
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
export function comeBack(situation: Situation, before: Progress, stable: Revision): Step {
  if (unreportedMembers(situation).length > 0) return { progress: before, wakeAt: reportsDue(situation) };
  const { source, fleet } = situation;
  const progress = source.kind === 'present' ? { ...before, ...reasonOf(before, stable) } : before;
  const touched = liveMembers(fleet).filter((member) => isTouched(member, progress, stable));
  // How Ready they are on stable is no question of the way back.
  const answers = touched.map((member) => answerOf({ ...member, ready: true, startedAt: [] }, stable, situation, progress));
  const awaited = answers.filter(({ kind }) => kind === 'awaited');
  if (awaited.length > 0) {
    const deadlines = answers.flatMap((answer) => (answer.kind === 'awaited' && answer.until !== null ? [answer.until] : []));
    if (deadlines.length > 0) return { progress: withNext(situation, progress, stable), wakeAt: Math.min(...deadlines) };
    return source.kind === 'held' ? say(source.because) : { progress: withNext(situation, progress, stable), wakeAt: null };
  }
  // Another policy claims its members by now: nothing is known of how they come back.
  if (source.kind === 'held' && fleet.length === 0) return say(source.because);
  const failures = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.because] : []));
  const outcome = failures.length > 0 ? 'RollbackFailed' : isAborted(progress) ? 'Aborted' : 'RolledBack';
  const why = failureOf(progress) ?? reasonOf(progress, stable).because;
  const words = failures.length === 0 ? why : `${why}. Not back on ${stable}: ${sentence(failures)}`;
  const reverted = source.kind === 'present' && source.revision === stable;
  const phase = failures.length === 0 && reverted ? 'Healthy' : 'Degraded';
  return { progress: { ...progress, outcome, phase, because: words }, wakeAt: situation.now };

  function say(because: string): Step {
    return { progress: { ...progress, phase: 'Paused', because }, wakeAt: null };
  }
}

/** Why the members go back. What held them meanwhile, and what was to come next by then, is not part of it. */
function reasonOf(progress: Progress, stable: Revision): Pick<Progress, 'phase' | 'because'> {
  const { phase, because } = progress;
  if (phase !== 'Paused') return { phase, because: because.replace(NEXT, '') };
  const failure = failureOf(progress);
  return failure === null
    ? { phase: 'Progressing', because: `its members go back to ${stable}, which is stable` }
    : { phase: 'Degraded', because: failure };
}

function failureOf({ quarantined, rollout }: Progress): string | null {
  return quarantined.findLast((it) => it.rollout === rollout)?.because ?? null;
}

const NEXT = /; \S+ comes next$/;

/** And what the sources say by now: it begins when all are back. */
function withNext({ source }: Situation, progress: Progress, stable: Revision): Progress {
  if (source.kind !== 'present' || source.revision === stable || isQuarantined(progress, source.revision)) return progress;
  return { ...progress, because: `${progress.because}; ${source.revision} comes next` };
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
