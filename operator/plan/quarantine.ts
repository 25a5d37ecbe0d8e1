import type { Millis, Progress, Revision } from './situation.ts';

/** As much of a reason as status keeps in a list. Cut once, here: what is compared later is what was recorded. */
export const BECAUSE_MAX = 180;

const MAX_QUARANTINED = 20;

/** A candidate that failed its gate is given to nobody any more; who was asked returns to stable. */
export function quarantine(progress: Progress, candidate: Revision, reason: string, now: Millis): Progress {
  const because = cut(reason);
  const { undone, stable } = progress;
  // A person went from what the sources say; that the way there failed brings it back only where it is stable.
  const isKnown = undone === null || undone === stable || isQuarantined(progress, undone);
  const passedOver = isKnown ? progress : quarantined(progress, undone, progress.why, now);
  return {
    ...quarantined(passedOver, candidate, because, now),
    candidate: null,
    bakeStartedAt: null,
    failed: null,
    undone: null,
    outcome: progress.stable === null ? 'Aborted' : null,
    phase: progress.stable === null ? 'Paused' : 'Degraded',
    because,
  };
}

export function isQuarantined({ quarantined }: Progress, revision: Revision): boolean {
  return quarantined.some((it) => it.revision === revision);
}

/** In the list, and last in it, so that it is the last one to be forgotten. */
export function quarantined(progress: Progress, revision: Revision, reason: string, now: Millis): Progress {
  const others = progress.quarantined.filter((it) => it.revision !== revision);
  const entry = { revision, at: now, because: cut(reason), rollout: progress.rollout };
  return { ...progress, quarantined: [...others, entry].slice(-MAX_QUARANTINED) };
}

/** With an … at its end, and not through the middle of an emoji. */
export function cut(text: string): string {
  return text.length <= BECAUSE_MAX ? text : `${text.slice(0, BECAUSE_MAX - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
