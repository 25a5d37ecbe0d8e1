import type { Clock } from './clock.ts';
import { expiring } from './expiring.ts';

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

const MAX_BUCKETS = 100_000;

/** A bucket for each of many. One that nobody took from for so long that it is full again is forgotten. */
export function buckets(perSecond: number, burst: number, clock: Pick<Clock, 'now'>): (whose: string) => boolean {
  const known = expiring<() => boolean>(MAX_BUCKETS, clock.now);
  return (whose) => {
    const take = known.get(whose) ?? bucket(perSecond, burst, clock);
    known.set(whose, take, clock.now() + (burst / perSecond) * 1000);
    return take();
  };
}
