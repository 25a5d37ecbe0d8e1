import type { Clock } from './clock.ts';
import { expiring } from './expiring.ts';

/** So many a second, after a first burst. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/** A token bucket: `take(3)` is false where three would be more than the rate; then it takes nothing. */
export function bucket({ perSecond, burst }: Rate, clock: Pick<Clock, 'now'>): (many?: number) => boolean {
  let level = burst;
  let at = clock.now();
  return (many = 1) => {
    const now = clock.now();
    // A wall clock that was set back gives nothing, and takes nothing.
    level = Math.min(burst, level + (Math.max(0, now - at) / 1000) * perSecond);
    at = now;
    if (level < many) return false;
    level -= many;
    return true;
  };
}

const MAX_BUCKETS = 100_000;

/** A bucket for each of many. One that nobody took from for so long that it is full again is forgotten. */
export function buckets(rate: Rate, clock: Pick<Clock, 'now'>): (whose: string, many?: number) => boolean {
  const known = expiring<(many?: number) => boolean>(MAX_BUCKETS, clock.now);
  return (whose, many) => {
    const take = known.get(whose) ?? bucket(rate, clock);
    known.set(whose, take, clock.now() + (rate.burst / rate.perSecond) * 1000);
    return take(many);
  };
}
