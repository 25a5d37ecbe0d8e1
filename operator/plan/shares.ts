import type { Share } from './situation.ts';

/** 10% of 25 pods is 3: a wave rounds up, so a canary is never empty. */
export function reach(share: Share, fleetSize: number): number {
  return Math.min(typeof share === 'number' ? share : Math.ceil(portion(share, fleetSize)), fleetSize);
}

/** 25% of 10 pods is 2: what may be unavailable rounds down, and is at least 1, or nothing would ever move. */
export function allowedUnavailable(share: Share, fleetSize: number): number {
  return Math.max(1, typeof share === 'number' ? share : Math.floor(portion(share, fleetSize)));
}

/** 5% of 10 pods is 0: what may fail rounds down. */
export function allowedFailures(share: Share, fleetSize: number): number {
  return typeof share === 'number' ? share : Math.floor(portion(share, fleetSize));
}

function portion(share: `${number}%`, fleetSize: number): number {
  return (fleetSize * Number.parseFloat(share)) / 100;
}
