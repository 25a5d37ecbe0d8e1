import { z } from 'zod';
import { celText, ruled } from './rule.ts';

/** A count of members, or a share of the fleet. */
export type Share = number | `${number}%`;

const PERCENT = /^(100|[1-9][0-9]?)%$/;
/** More members than a cluster holds. */
const MOST = 100_000;

/** `10%` → `10%`, `3` → 3, and null for what is neither. */
export function shareOf(text: string): Share | null {
  if (isPercent(text)) return text;
  return /^(0|[1-9][0-9]{0,5})$/.test(text) && Number(text) <= MOST ? Number(text) : null;
}

/** `3` or `10%` in YAML. 0% is no share: where none is meant and allowed, it is the count 0. */
export function shareField(field: string, { atLeast }: { readonly atLeast: 0 | 1 }) {
  const share = z
    .union([z.int(), z.string().max(32) as z.ZodType<Share & string>])
    .meta({ 'x-kubernetes-int-or-string': true, maxLength: 32 });
  return ruled(share, {
    cel: `type(self) == int ? self >= ${atLeast} && self <= ${MOST} : self.matches(${celText(PERCENT)})`,
    message: `${field} must be a count from ${atLeast} to ${MOST}, such as 1 (no quotes), or a percent from 1% to 100%`,
    holds: (value) => (typeof value === 'number' ? value >= atLeast && value <= MOST : isPercent(value)),
  });
}

function isPercent(text: string): text is Share & string {
  return PERCENT.test(text);
}
