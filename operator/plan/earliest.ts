import type { Millis } from './names.ts';

/** Null where none of them is known. */
export function earliest(times: readonly (Millis | null)[]): Millis | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
