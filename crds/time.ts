import { z } from 'zod';

/** When something happened, by the operator's clock, to the millisecond: `2026-11-24T22:41:07.123Z`. */
export function time() {
  return z.iso.datetime({ offset: true });
}

/** That text, of milliseconds since 1970. */
export function timeOf(at: number): string {
  return new Date(at).toISOString();
}
