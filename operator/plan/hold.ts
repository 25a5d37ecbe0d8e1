import { isQuarantined } from './quarantine.ts';
import { SOURCES_CHANGED } from './words.ts';
import type { Millis, Progress, Situation } from './situation.ts';

/** From the beginning of a rollout until it may be superseded. */
const SUPERSEDE_MS: Millis = 5_000;

/** Why nothing new goes forward, and when the clock alone ends that. Going back to stable is never held. */
export type Hold = { readonly because: string; readonly until: Millis | null; readonly phase: Progress['phase'] };

/** Of the rollout under way, or of what would begin. */
export function holdOf(situation: Situation, progress: Progress): Hold | null {
  return heldOf(situation, progress) ?? successionOf(situation, progress);
}

function heldOf(situation: Situation, progress: Progress): Hold | null {
  const { source } = situation;
  if (source.kind === 'held') return paused(source.because);
  const stopped = stopOf(situation, progress);
  if (progress.failed === null) return stopped;
  const failed = `${progress.failed}; it waits for a person to promote, abort or retry it`;
  return paused(stopped === null ? failed : `${stopped.because}; ${failed}`);
}

/** What holds every signal that is no way back: also that of a member which catches up with stable. */
export function stopOf({ policy, freeze, window, rolling }: Situation, progress: Progress): Hold | null {
  if (policy.paused) return paused('the policy is paused');
  const pause = progress.candidate === null ? undefined : progress.heard.find(({ verb, refused }) => verb === 'pause' && refused === null);
  if (pause !== undefined) return paused(`paused by ${pause.by}${pause.reason === null ? '' : `: ${pause.reason}`}`);
  if (freeze !== null) return paused(freeze);
  if (!window.open && !isWished(progress)) {
    if (window.mistake !== undefined) return { because: window.mistake, until: null, phase: 'Degraded' };
    const until = window.changesAt;
    return { ...paused(until === null ? 'no window opens any more' : `the next window opens at ${timeOf(until)}`), until };
  }
  if (rolling !== null) return { because: rolling.because, until: rolling.until, phase: 'Progressing' };
  return null;
}

/** When the revision that the sources say may begin to roll out; null: now. What it waits for is not held against the one before it. */
export function waitOf(situation: Situation, progress: Progress): Hold | null {
  // A fix for one that failed need not wait for a person. A window is asked for anew: it was a wish that passed it over.
  return (
    heldOf(situation, { ...progress, failed: null, why: SOURCES_CHANGED }) ?? paceOf(situation, progress) ?? intervalOf(situation, progress)
  );
}

/** A burst, or a writer in a loop: it is over in a moment. */
function paceOf({ policy, edited, now }: Situation, progress: Progress): Hold | null {
  // Each rollout keeps its revision: whoever writes in a loop must not fill the cluster with them.
  const paced = (progress.startedAt ?? 0) + SUPERSEDE_MS;
  if (progress.candidate !== null && progress.failed === null && now < paced)
    return { because: 'this one has only just begun', until: paced, phase: 'Progressing' };
  const { quietMs, maxWaitMs } = policy.trigger;
  if (edited !== null && quietMs > 0) {
    const until = Math.min(edited.last + quietMs, edited.first + maxWaitMs);
    if (now < until) return { because: 'there may be more edits to come (trigger.quiet)', until, phase: 'Progressing' };
  }
  return null;
}

function intervalOf({ policy, now }: Situation, progress: Progress): Hold | null {
  const next = (progress.startedAt ?? 0) + policy.trigger.minIntervalMs;
  if (progress.startedAt !== null && now < next)
    return { because: `the next rollout may begin at ${timeOf(next)} (trigger.minInterval)`, until: next, phase: 'Progressing' };
  return null;
}

/** In a moment another one begins: it is not worth to ask anybody for this one any more. */
function successionOf(situation: Situation, progress: Progress): Hold | null {
  const { source, policy } = situation;
  const { candidate, stable, undone } = progress;
  if (candidate === null || source.kind !== 'present' || policy.onNewRevision === 'Finish') return null;
  const { revision } = source;
  if ([candidate, stable, undone].includes(revision) || isQuarantined(progress, revision)) return null;
  const pace = paceOf(situation, progress);
  return pace && { ...pace, because: `${revision} comes next: ${pace.because}` };
}

/** A person asked for this rollout: windows are for edits. */
function isWished({ candidate, why }: Progress): boolean {
  return candidate !== null && why !== '' && why !== SOURCES_CHANGED;
}

function paused(because: string): Hold {
  return { because, until: null, phase: 'Paused' };
}

function timeOf(at: Millis): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
