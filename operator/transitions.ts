import type { Event } from './kube/events.ts';
import type { Progress } from './plan/situation.ts';
import { beginning } from './plan/turn.ts';

/** What became different, in words for events and the log: at most one a wave and two more in a rollout. */
export function transitionsOf(before: Progress | null, after: Progress): readonly Event[] {
  const { rollout, wave, candidate, stable, outcome, quarantined } = before ?? beginning;
  const name = after.candidate;
  if (after.rollout > rollout && name !== null) {
    const superseded = candidate === null ? '' : `, and supersedes ${candidate}`;
    return [normal('RolloutStarted', `rollout ${after.rollout}: ${name} is new (stable is ${after.stable ?? 'none'})${superseded}`)];
  }
  if (name !== null && after.wave > wave)
    return [normal('WaveOpened', `rollout ${after.rollout}: wave ${after.wave + 1} opened for ${name}`)];
  if (after.outcome !== null && outcome === null && after.rollout === rollout && rollout > 0) return [ended(after, after.outcome)];
  if (after.quarantined.length > 0 && after.quarantined.at(-1)?.at !== quarantined.at(-1)?.at)
    return [
      warning('GateFailed', `rollout ${after.rollout}: ${after.quarantined.at(-1)?.revision} goes to nobody any more: ${after.because}`),
    ];
  if (candidate !== null && name === null) return [normal('CalledBack', `rollout ${after.rollout}: ${after.because}`)];
  if (after.stable !== null && stable === null) return [normal('Adopted', after.because)];
  return [];
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
      return warning('Aborted', `rollout ${rollout}: ${because}`);
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
