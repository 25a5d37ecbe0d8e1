import { isDeepStrictEqual } from 'node:util';
import type { Report } from './report.ts';

/** As exact as two frames are quick. */
const SAME_MOMENT_MS = 1_000;

/** The report says something that it did not say before. Moments that a hello states again are measured again, and no news. */
export function isNews(before: Report | undefined, after: Report): boolean {
  return (
    before === undefined ||
    before.link.kind !== after.link.kind ||
    before.booted !== after.booted ||
    !isAlike(before.running, after.running) ||
    !isAlike(before.asked, after.asked) ||
    !isAlike(before.refused, after.refused)
  );
}

function isAlike<T extends { readonly at: number }>(before: T | null, after: T | null): boolean {
  if (before === null || after === null) return before === after;
  return Math.abs(before.at - after.at) < SAME_MOMENT_MS && isDeepStrictEqual({ ...before, at: 0 }, { ...after, at: 0 });
}
