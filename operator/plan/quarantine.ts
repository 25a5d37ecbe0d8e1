import type { Millis, Progress, Revision } from './situation.ts';

/** As much of a reason as status keeps in a list. Cut once, here: what is compared later is what was recorded. */
export const BECAUSE_MAX = 180;

const MAX_QUARANTINED = 20;

/** A candidate that failed its gate is given to nobody any more; who was asked returns to stable. */
export function quarantine(progress: Progress, candidate: Revision, reason: string, now: Millis): Progress {
  const because = cut(reason);
  const others = progress.quarantined.filter((it) => it.revision !== candidate);
  return {
    ...progress,
    candidate: null,
    bakeStartedAt: null,
    quarantined: [...others, { revision: candidate, at: now, because, rollout: progress.rollout }].slice(-MAX_QUARANTINED),
    outcome: progress.stable === null ? 'Aborted' : null,
    phase: progress.stable === null ? 'Paused' : 'Degraded',
    because,
  };
}

/** With an … at its end, and not through the middle of an emoji. */
export function cut(text: string): string {
  return text.length <= BECAUSE_MAX ? text : `${text.slice(0, BECAUSE_MAX - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
