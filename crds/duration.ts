import { z } from 'zod';
import { celText, ruled } from './rule.ts';

const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
export const DURATION = /^([0-9]{1,5}(h|m|s|ms))+$/;

/** `1h30m` → 5,400,000 ms. Throws on what is no duration: the border lets none through. */
export function millis(duration: string): number {
  if (!DURATION.test(duration)) throw new RangeError(`"${duration}" is no duration such as 30s or 1h30m`);
  const parts = [...duration.matchAll(/([0-9]+)(ms|h|m|s)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS], 0);
}

/** A duration in YAML: `30s`, `1h30m`, `500ms`; both bounds belong to it. */
export function durationField(field: string, { from, upTo }: { readonly from: string; readonly upTo: string }) {
  return ruled(z.string().max(32), {
    cel: `self.matches(${celText(DURATION)}) && duration(self) >= duration('${from}') && duration(self) <= duration('${upTo}')`,
    message: `${field} must be a duration such as 30s or 1h30m, from ${from} to ${upTo}`,
    holds: (text) => DURATION.test(text) && millis(text) >= millis(from) && millis(text) <= millis(upTo),
  });
}
