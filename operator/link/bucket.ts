import type { Clock } from './clock.ts';

/** A token bucket: `take()` is false where more came than `perSecond`, after a first burst of `burst`. */
export function bucket(perSecond: number, burst: number, clock: Pick<Clock, 'now'>): () => boolean {
  let level = burst;
  let at = clock.now();
  return () => {
    const now = clock.now();
    // A wall clock that was set back gives nothing, and takes nothing.
    level = Math.min(burst, level + (Math.max(0, now - at) / 1000) * perSecond);
    at = now;
    if (level < 1) return false;
    level -= 1;
    return true;
  };
}
