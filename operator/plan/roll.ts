import { earliest } from './earliest.ts';
import { deadlineOf } from './deadline.ts';
import { judge } from './gate.ts';
import { type Hold, holdOf, waitOf } from './hold.ts';
import { approvalNeeded, openWave } from './open.ts';
import { cut, isQuarantined, quarantine, quarantined } from './quarantine.ts';
import type { Millis, Progress, Revision, Situation, WaveRecord } from './situation.ts';
import { promotionOf } from './verbs.ts';
import { isLastWave, reachedMembers } from './waves.ts';
import { inWords } from './words.ts';

/** The next step, and when the clock alone could change it. */
export type Step = { readonly progress: Progress; readonly wakeAt: Millis | null };

/** While a candidate rolls out. What held it is over: from now on the deadline counts again. */
export function roll(situation: Situation, before: Progress, candidate: Revision): Step {
  const step = next(situation, countMembers(situation, before, candidate), candidate);
  const isResumed = before.phase !== 'Progressing' && step.progress.phase === 'Progressing';
  return isResumed ? { progress: { ...step.progress, progressedAt: situation.now }, wakeAt: situation.now } : step;
}

function next(situation: Situation, progress: Progress, candidate: Revision): Step {
  // The first wave waits for approval: nobody is asked yet.
  if (progress.waves.length === 0) return forward(situation, progress, candidate, false);
  const isPromoted = promotionOf(progress) !== null;
  const verdict = judge(situation, progress, candidate, isPromoted);
  switch (verdict.kind) {
    case 'fail':
      return fail(situation, progress, candidate, verdict.because);
    case 'pass':
      return forward(situation, progress, candidate, !isPromoted);
    case 'wait': {
      const { until, bakeStartedAt, because, stage, phase } = verdict;
      const waiting = { ...progress, bakeStartedAt };
      if (isPromoted && (stage === 'bake' || !isLastWave(progress))) return forward(situation, waiting, candidate, false);
      const isHeld = [progress.phase, phase, holdOf(situation, progress)?.phase ?? 'Progressing'].some((it) => it !== 'Progressing');
      const deadline = isHeld ? null : deadlineOf(situation, waiting, candidate);
      if (deadline === null || situation.now < deadline)
        return say(situation, waiting, { because, until: earliest([until, deadline]), phase });
      const late = `no progress for ${inWords(situation.policy.deadlineMs)} (deadline): ${because}`;
      return fail(situation, waiting, candidate, late);
    }
  }
}

/** By `onFailure`, nobody has the candidate any more, or a person decides what comes of it. */
function fail(situation: Situation, progress: Progress, candidate: Revision, reason: string): Step {
  const { policy, now } = situation;
  if (policy.onFailure === 'Rollback') return { progress: quarantine(progress, candidate, reason, now), wakeAt: now };
  // It failed once: what fails beside it while it waits changes nothing.
  return say(situation, { ...progress, failed: progress.failed ?? cut(reason) }, null);
}

/** Beyond the open wave, unless something holds it: then the bake's start is kept, so that what follows comes at once afterwards. */
function forward(situation: Situation, progress: Progress, candidate: Revision, isPassed: boolean): Step {
  const { now } = situation;
  if (holdOf(situation, progress) !== null) return say(situation, progress, promotionWaiting(progress));
  const closed = isPassed ? { ...progress, waves: closeWave(progress.waves, now) } : progress;
  if (isLastWave(progress)) return { progress: succeed(closed, candidate, now), wakeAt: now };
  const approval = approvalNeeded(situation, progress);
  if (approval !== null) return say(situation, progress, { because: approval, until: null, phase: 'Paused' });
  return { progress: openWave(situation, closed), wakeAt: now };
}

function succeed(progress: Progress, candidate: Revision, now: Millis): Progress {
  const done: Progress = {
    ...progress,
    stable: candidate,
    stableSince: now,
    candidate: null,
    bakeStartedAt: null,
    undone: null,
    outcome: 'Succeeded',
    phase: 'Healthy',
    because: `${candidate} passed its last gate`,
  };
  const { undone, why } = progress;
  // Where it was on its way itself as a person went from it, it failed in its own rollout.
  return undone === null || isQuarantined(progress, undone) ? done : quarantined(done, undone, why, now);
}

/** Who promotes passes over gates, and not over what holds everybody. */
function promotionWaiting(progress: Progress): Waiting | null {
  const by = promotionOf(progress);
  return by === null ? null : { because: `what ${by} promoted waits for that`, until: null, phase: 'Progressing' };
}

type Waiting = { readonly because: string; readonly until: Millis | null; readonly phase: 'Progressing' | 'Paused' };

/** What the rollout waits for: what holds it, where it stands, and what comes next. */
function say(situation: Situation, progress: Progress, waiting: Waiting | null): Step {
  const hold = holdOf(situation, progress);
  const queued = queuedBehind(situation, progress, hold);
  const words = [hold?.because, waiting?.because, queued?.because].filter((it) => it !== undefined);
  return {
    progress: { ...progress, phase: hold?.phase ?? waiting?.phase ?? 'Progressing', because: [...new Set(words)].join('; ') },
    wakeAt: earliest([hold?.until ?? null, waiting?.until ?? null, queued?.until ?? null]),
  };
}

/** What the sources say by now, and why that does not supersede the candidate yet. */
function queuedBehind(
  situation: Situation,
  progress: Progress,
  hold: Hold | null,
): { readonly because: string; readonly until: Millis | null } | null {
  const { source, policy } = situation;
  if (source.kind !== 'present' || [progress.candidate, progress.undone].includes(source.revision)) return null;
  if (isQuarantined(progress, source.revision)) return null;
  if (policy.onNewRevision === 'Finish') return { because: `${source.revision} comes after it (onNewRevision)`, until: null };
  const wait = waitOf(situation, progress);
  if (wait === null) return null;
  return { because: `${source.revision} comes next${wait.because === hold?.because ? '' : `: ${wait.because}`}`, until: wait.until };
}

function countMembers(situation: Situation, progress: Progress, candidate: Revision): Progress {
  const last = progress.waves.at(-1);
  const members = reachedMembers(situation, progress, candidate).length;
  if (last === undefined || last.members === members) return progress;
  return { ...progress, waves: [...progress.waves.slice(0, -1), { ...last, members }] };
}

function closeWave(waves: readonly WaveRecord[], now: Millis): readonly WaveRecord[] {
  return waves.map((wave, index) => (index === waves.length - 1 ? { ...wave, passedAt: now } : wave));
}
