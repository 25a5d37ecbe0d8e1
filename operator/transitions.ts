import type { Event } from './kube/events.ts';
import type { Heard, Plan, Progress } from './plan/situation.ts';
import { beginning } from './plan/turn.ts';
import { saidBy } from './plan/verbs.ts';
import { SOURCES_CHANGED } from './plan/words.ts';
import { sayWish } from './reloads/requests.ts';

/**
 * What became different, in words for events and the log: one a pass at most, of what matters most; and so one a wave and two more in a rollout
 * that nobody holds or speaks to.
 */
export function transitionsOf(before: Progress | null, after: Progress, answer: Plan['answer'] = null): readonly Event[] {
  const last = before ?? beginning;
  const event = rolloutEvent(last, after) ?? spokenEvent(last, after, answer) ?? failedEvent(last, after) ?? holdEvent(last, after);
  return event === null ? [] : [event];
}

/** Verbs that this pass was the first to hear. */
export function newlyHeard(before: Progress | null, after: Progress): readonly Heard[] {
  const known = before?.rollout === after.rollout ? before.heard : [];
  return after.heard.filter(({ verb, at }) => !known.some((it) => it.verb === verb && it.at === at));
}

/** It began, went on, or ended. */
function rolloutEvent(before: Progress, after: Progress): Event | null {
  const { rollout, candidate, stable, outcome } = after;
  if (rollout > before.rollout && candidate !== null) {
    const why = after.why === '' || after.why === SOURCES_CHANGED ? `${candidate} is new` : `${after.why}: it goes to ${candidate}`;
    const superseded = before.candidate === null ? '' : `, and supersedes ${before.candidate}`;
    const waits = after.phase === 'Paused' ? `; ${after.because}` : '';
    return normal('RolloutStarted', `rollout ${rollout}: ${why} (stable is ${stable ?? 'none'})${superseded}${waits}`);
  }
  if (candidate !== null && after.waves.length > before.waves.length)
    return normal('WaveOpened', `rollout ${rollout}: wave ${after.wave + 1} opened for ${candidate}`);
  if (outcome !== null && before.outcome === null && rollout === before.rollout && rollout > 0) return ended(after, outcome);
  return null;
}

/** A person said something. A pause is told of when it holds. */
function spokenEvent(before: Progress, after: Progress, answer: Plan['answer']): Event | null {
  if (answer !== null && answer.refused !== null)
    return warning('RequestRefused', `${sayWish(answer.reload)} is refused: ${answer.refused}`);
  const [heard] = newlyHeard(before, after);
  if (heard !== undefined) return heardEvent(after, heard);
  const gone =
    before.rollout === after.rollout
      ? before.heard.find(({ verb }) => verb !== 'pause' && !after.heard.some((it) => it.verb === verb))
      : undefined;
  if (gone !== undefined && gone.refused === null)
    return normal(
      'TakenBack',
      `rollout ${after.rollout}: ${saidBy(gone.wave === null ? gone.verb : `${gone.verb} wave ${gone.wave}`, gone)} is taken back`,
    );
  if (answer === null || before.request === answer.reload) return null;
  return normal('RequestTaken', `${sayWish(answer.reload)} is taken up: ${sayWhat(before, after)}`);
}

function heardEvent({ rollout, phase }: Progress, heard: Heard): Event | null {
  const { verb, wave, refused } = heard;
  const what = wave === null ? verb : `${verb} wave ${wave}`;
  if (refused !== null) return warning('VerbRefused', `rollout ${rollout}: ${saidBy(what, heard)} is refused: ${refused}`);
  switch (verb) {
    case 'abort':
      return warning('Aborted', `rollout ${rollout}: ${saidBy('aborted', heard)}`);
    case 'approve':
      return normal('Approved', `rollout ${rollout}: ${saidBy(`wave ${wave} approved`, heard)}`);
    case 'promote':
      return normal('Promoted', `rollout ${rollout}: ${saidBy(wave === null ? 'promoted fully' : `promoted to wave ${wave}`, heard)}`);
    case 'pause':
      return phase === 'Paused' ? normal('Paused', `rollout ${rollout}: ${saidBy('paused', heard)}`) : null;
  }
}

function sayWhat(before: Progress, after: Progress): string {
  const lifted = before.quarantined.filter(({ revision }) => !after.quarantined.some((it) => it.revision === revision));
  return lifted.length > 0 ? `${lifted.map(({ revision }) => revision).join(', ')} may be rolled out again` : after.because;
}

function failedEvent(before: Progress, after: Progress): Event | null {
  const { rollout, candidate, stable, because, quarantined, failed } = after;
  const known = before.quarantined;
  const failing = quarantined.findLast(({ revision, at }) => !known.some((it) => it.revision === revision && it.at === at));
  if (failing !== undefined) return warning('GateFailed', `rollout ${rollout}: ${failing.revision} goes to nobody any more: ${because}`);
  if (failed !== null && before.failed === null) return warning('GateFailed', `rollout ${rollout}: ${because}`);
  if (before.candidate !== null && candidate === null) return normal('CalledBack', `rollout ${rollout}: ${because}`);
  if (stable !== null && before.stable === null) return normal('Adopted', because);
  return null;
}

/** It waits for a person, a window or the end of a freeze; or does so no longer. */
function holdEvent(before: Progress, after: Progress): Event | null {
  const [wasHeld, isHeld] = [before.phase === 'Paused', after.phase === 'Paused'];
  if (wasHeld === isHeld) return null;
  const about = after.candidate === null ? '' : `rollout ${after.rollout}: `;
  return normal(isHeld ? 'Paused' : 'Resumed', `${about}${after.because}`);
}

function ended({ rollout, stable, because }: Progress, outcome: NonNullable<Progress['outcome']>): Event {
  switch (outcome) {
    case 'Succeeded':
      return normal('RolloutSucceeded', `rollout ${rollout}: ${because}`);
    case 'RolledBack':
      return warning('RolledBack', `rollout ${rollout}: all asked members are back on ${stable}: ${because}`);
    case 'RollbackFailed':
      return warning('RollbackFailed', `rollout ${rollout}: ${because}`);
    case 'Aborted':
      return warning('RolloutAborted', `rollout ${rollout} is over: ${because}`);
    case 'Superseded':
      return normal('Superseded', `rollout ${rollout}: ${because}`);
  }
}

function normal(reason: string, message: string): Event {
  return { type: 'Normal', reason, message };
}

function warning(reason: string, message: string): Event {
  return { type: 'Warning', reason, message };
}
