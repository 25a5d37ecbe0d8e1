import { earliest } from './earliest.ts';
import { liveMembers, patience, reportsDue, unreportedMembers } from './fleet.ts';
import { stopOf, waitOf } from './hold.ts';
import { blockedBy, settling } from './room.ts';
import type { Step } from './roll.ts';
import type { Millis, Progress, Revision, Situation } from './situation.ts';
import { names, sentence, waitingForReports } from './words.ts';

/** Between rollouts: says how things stand, in a sentence that changes only when they do. */
export function rest(situation: Situation, progress: Progress): Step {
  const { source } = situation;
  const { stable } = progress;
  switch (source.kind) {
    case 'unknown':
      return { progress, wakeAt: null };
    case 'held':
      return withStragglers(situation, progress, 'Paused', source.because);
    case 'present':
      return source.revision === stable ? restOnStable(situation, progress, stable) : restBehind(situation, progress, source.revision);
  }
}

/** The sources say something else than what is stable: it failed before, or may not begin yet. */
function restBehind(situation: Situation, progress: Progress, revision: Revision): Step {
  const { stable, quarantined } = progress;
  const failed = quarantined.find((it) => it.revision === revision);
  if (failed && stable === null)
    return say(progress, 'Paused', `${revision} failed, and there is no stable to return to: ${failed.because}`);
  if (failed) {
    // What was said of it as it failed may say more: who is not back.
    const isSaid = progress.because.startsWith(failed.because);
    // Undone before any rollout began: there is no Reload yet.
    const lifts = failed.rollout === 0 ? '' : ` (a retry on the Reload of rollout ${failed.rollout} lifts it)`;
    const said = isSaid ? progress.because.split(BEHIND)[0] : `${revision} is in quarantine: ${failed.because}${lifts}`;
    return withStragglers(situation, progress, 'Degraded', said ?? '');
  }
  const wait = waitOf(situation, progress);
  if (wait === null || (stable === null && unreportedMembers(situation).length > 0))
    return say(progress, 'Progressing', waitingForReports, reportsDue(situation));
  const { progress: said, wakeAt } = withStragglers(situation, progress, wait.phase, `${revision} waits: ${wait.because}`);
  return { progress: said, wakeAt: earliest([wait.until, wakeAt]) };
}

const BEHIND = '; these do not run ';

/** And who has not caught up with stable meanwhile, and what holds that. */
function withStragglers(situation: Situation, progress: Progress, phase: Progress['phase'], because: string): Step {
  const { stable } = progress;
  const behind = stable === null ? [] : stragglersOf(situation, progress, stable);
  if (behind.length === 0) return say(progress, phase, because);
  const stop = stopOf(situation, progress);
  const held = stop === null || because.includes(stop.because) ? '' : ` (${stop.because})`;
  const wakeAt = earliest([stop?.until ?? null, ...settling(situation)]);
  return say(progress, phase, `${because}${BEHIND}${stable} yet${held}: ${names(behind)}`, wakeAt);
}

function restOnStable(situation: Situation, progress: Progress, stable: Revision): Step {
  const live = liveMembers(situation.fleet);
  const refusals = live.flatMap(({ name, refused }) =>
    refused?.revision === stable ? [`${name} refused ${stable}: ${refused.because}`] : [],
  );
  if (refusals.length > 0) return say(progress, 'Degraded', sentence(refusals));
  const stragglers = stragglersOf(situation, progress, stable);
  const stop = stopOf(situation, progress);
  if (stragglers.length > 0) {
    const words = `${stable} is stable, and these do not run it yet: ${names(stragglers)}`;
    return say(progress, stop?.phase ?? 'Progressing', stop === null ? words : `${stop.because}; ${words}`, stop?.until ?? null);
  }
  const isBehind = live.some(({ running }) => running !== null && running.revision !== stable);
  const wakeAt = isBehind ? earliest(settling(situation)) : null;
  if (progress.phase === 'Healthy') return { progress, wakeAt };
  return say(progress, 'Healthy', `${stable} is stable, and is what the sources say`, wakeAt);
}

/** Live members on something else: away or not Ready as their turn came. */
function stragglersOf(situation: Situation, progress: Progress, stable: Revision): readonly string[] {
  const { fleet, policy, now } = situation;
  const behind = liveMembers(fleet).filter(({ running }) => running !== null && running.revision !== stable);
  const isStopped = stopOf(situation, progress) !== null || blockedBy(situation, progress, behind) !== null;
  return behind.flatMap(({ name, link, asked, ready }) => {
    if (link.kind === 'away') return [`${name} is away`];
    if (asked !== null && now < asked.at + patience(policy)) return [];
    // Who is Ready is asked at once, or as soon as there is room: not worth a word, unless nobody is asked.
    if (ready) return isStopped ? [name] : [];
    return [`${name} is not Ready`];
  });
}

function say(progress: Progress, phase: Progress['phase'], because: string, wakeAt: Millis | null = null): Step {
  return { progress: { ...progress, phase, because }, wakeAt };
}
