import { z } from 'zod';

/** Longest reason of a policy, a rollout or a condition, in characters. */
export const BECAUSE_MAX = 512;
/** Longest reason in a list with an entry a member or a revision: it keeps the status under 16 KiB. */
export const LISTED_BECAUSE_MAX = 180;

/** Why, in words for people, without a secret byte. The API server refuses a longer one: the writer cuts it by `cut`. */
export function because(max: typeof BECAUSE_MAX | typeof LISTED_BECAUSE_MAX) {
  return z.string().max(max);
}

/** The text, or as much of it as fits with an … at its end. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  // Not through the middle of an emoji: half of one is no valid UTF-8.
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
