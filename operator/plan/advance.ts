import { liveMembers, patience, reportsDue, sentence, unreportedMembers } from './fleet.ts';
import { judge, waitingFor, waitingForReports } from './gate.ts';
import { quarantine } from './quarantine.ts';
import { holdOf, isBlocked, settling } from './room.ts';
import type { Member, Millis, Progress, Revision, Situation, WaveRecord } from './situation.ts';
import { answerOf } from './standing.ts';
import { beginning, isReturning, turn } from './turn.ts';
import { isLastWave, nextWave, reachedMembers } from './waves.ts';

/** The next step, and when the clock alone could change it. */
export type Step = { readonly progress: Progress; readonly wakeAt: Millis | null };

/** Moves the rollout by at most one step. */
export function advance(situation: Situation): Step {
  const before = situation.progress ?? beginning;
  const progress = turn(situation, before);
  if (progress !== before) return { progress, wakeAt: situation.now };
  if (progress.candidate !== null) return roll(situation, progress, progress.candidate);
  if (isReturning(progress) && progress.stable !== null) return comeBack(situation, progress, progress.stable);
  return rest(situation, progress);
}

/** While a candidate rolls out. */
function roll(situation: Situation, before: Progress, candidate: Revision): Step {
  const { now } = situation;
  const progress = countMembers(situation, before, candidate);
  const verdict = judge(situation, progress, candidate);
  switch (verdict.kind) {
    case 'fail':
      return { progress: quarantine(progress, candidate, verdict.because, now), wakeAt: now };
    case 'wait': {
      const { until, bakeStartedAt, because } = verdict;
      return { progress: { ...progress, bakeStartedAt, ...spoken(situation, because) }, wakeAt: until };
    }
    case 'pass': {
      const waves = closeWave(progress.waves, now);
      // Held: the bake's start is kept, so that what follows comes at once afterwards.
      const held = holdOf(situation);
      if (held !== null) return { progress: { ...progress, phase: 'Paused', because: held }, wakeAt: null };
      if (isLastWave(progress)) {
        const because = `${candidate} passed its last gate`;
        return {
          progress: {
            ...progress,
            waves,
            stable: candidate,
            candidate: null,
            bakeStartedAt: null,
            outcome: 'Succeeded',
            phase: 'Healthy',
            because,
          },
          wakeAt: now,
        };
      }
      const wave = progress.wave + 1;
      const opened = [...waves, nextWave(situation, progress)];
      const because = waitingFor(candidate, wave);
      return { progress: { ...progress, waves: opened, wave, bakeStartedAt: null, phase: 'Progressing', because }, wakeAt: now };
    }
  }
}

/** While members of a halted rollout return to stable. Nobody is asked more often than `retries` allows: no ping-pong. */
function comeBack(situation: Situation, progress: Progress, stable: Revision): Step {
  if (unreportedMembers(situation).length > 0) return { progress, wakeAt: reportsDue(situation) };
  const { source, fleet } = situation;
  // Another policy claims its members by now: nothing is known of how they come back.
  if (source.kind === 'held' && fleet.length === 0) return { progress, wakeAt: null };
  const touched = liveMembers(fleet).filter((member) => isTouched(member, progress, stable));
  // How Ready they are on stable is no question of the way back.
  const answers = touched.map((member) => answerOf({ ...member, ready: true, startedAt: [] }, stable, situation, progress));
  const awaited = answers.filter(({ kind }) => kind === 'awaited');
  if (awaited.length > 0) {
    const deadlines = answers.flatMap((answer) => (answer.kind === 'awaited' && answer.until !== null ? [answer.until] : []));
    return { progress, wakeAt: deadlines.length > 0 ? Math.min(...deadlines) : null };
  }
  const failures = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.because] : []));
  const outcome = failures.length === 0 ? 'RolledBack' : 'RollbackFailed';
  const because = failures.length === 0 ? progress.because : `${progress.because}. Not back on ${stable}: ${sentence(failures)}`;
  const reverted = situation.source.kind === 'present' && situation.source.revision === stable;
  const phase = outcome === 'RolledBack' && reverted ? 'Healthy' : 'Degraded';
  return { progress: { ...progress, outcome, phase, because }, wakeAt: situation.now };
}

/** It has to come back: it does not run stable, or is being asked. One that is away counts only where this rollout reached it. */
function isTouched({ link, running, asked, refused }: Member, { startedAt }: Progress, stable: Revision): boolean {
  const isOff = running?.revision !== stable || asked !== null || refused?.revision === stable;
  switch (link.kind) {
    case 'connected':
      return isOff;
    case 'away':
      return isOff && (asked !== null || (running?.at ?? 0) >= (startedAt ?? 0));
    case 'unreported':
      return false;
  }
}

/** Between rollouts: says how things stand, in a sentence that changes only when they do. */
function rest(situation: Situation, progress: Progress): Step {
  const { source, policy, fleet } = situation;
  const { stable, quarantined } = progress;
  const say = (phase: Progress['phase'], because: string): Step => ({ progress: { ...progress, phase, because }, wakeAt: null });
  if (source.kind === 'unknown') return { progress, wakeAt: null };
  if (source.kind === 'held') return say('Paused', source.because);
  const { revision } = source;

  if (revision !== stable) {
    const failed = quarantined.find((it) => it.revision === revision);
    if (failed && stable === null) return say('Paused', `${revision} failed, and there is no stable to return to: ${failed.because}`);
    if (failed && !progress.because.startsWith(failed.because)) return say('Degraded', `${revision} is in quarantine: ${failed.because}`);
    if (failed) return { progress, wakeAt: null };
    const behind = stable === null ? [] : stragglersOf(situation, stable);
    const left = behind.length === 0 ? '' : `; these do not run ${stable} yet: ${sentence(behind)}`;
    if (policy.paused) return say('Paused', `${revision} waits: the policy is paused${left}`);
    return { ...say('Progressing', waitingForReports), wakeAt: reportsDue(situation) };
  }
  const refusals = liveMembers(fleet).flatMap(({ name, refused }) =>
    refused?.revision === stable ? [`${name} refused ${stable}: ${refused.because}`] : [],
  );
  if (refusals.length > 0) return say('Degraded', sentence(refusals));
  const stragglers = stragglersOf(situation, stable);
  if (stragglers.length > 0) {
    const spokenOf = spoken(situation, `${stable} is stable, and these do not run it yet: ${sentence(stragglers)}`);
    return say(spokenOf.phase, spokenOf.because);
  }
  const isBehind = liveMembers(fleet).some(({ running }) => running !== null && running.revision !== stable);
  const wakeAt = isBehind ? (settling(situation).toSorted((a, b) => a - b)[0] ?? null) : null;
  if (progress.phase === 'Healthy') return { progress, wakeAt };
  return { ...say('Healthy', `${stable} is stable, and is what the sources say`), wakeAt };
}

/** Live members on something else: away or not Ready as their turn came. */
function stragglersOf(situation: Situation, stable: Revision): readonly string[] {
  const { fleet, policy, now } = situation;
  return liveMembers(fleet).flatMap(({ name, link, running, asked, ready }) => {
    if (running === null || running.revision === stable) return [];
    if (link.kind === 'away') return [`${name} is away`];
    if (asked !== null && now < asked.at + patience(policy)) return [];
    // Who is Ready is asked at once, or as soon as there is room: not worth a word, unless nobody is asked.
    if (ready) return policy.paused || isBlocked(situation) ? [name] : [];
    return [`${name} is not Ready`];
  });
}

function spoken(situation: Situation, because: string): Pick<Progress, 'phase' | 'because'> {
  const held = holdOf(situation);
  return held === null ? { phase: 'Progressing', because } : { phase: 'Paused', because: `${held}; ${because}` };
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
