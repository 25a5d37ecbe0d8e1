import { MAX_REVISION_BYTES } from '../sources/content.ts';
import type { FilledVolume } from './filled.ts';

/** On a filled volume are the present revision, the one before and the next, at most; a fourth's room is for the ends of their pages. */
export const ROOM_MIB = (4 * MAX_REVISION_BYTES) / 2 ** 20;

/** What the sidecar's program may use, and its own volume. */
const PROGRAM_MIB = 80;

/** What is in its volumes counts as its memory. All sources together are one revision, of bounded size; what is shown twice is there twice. */
export function memoryMib(filled: readonly FilledVolume[]): number {
  const shown = filled.flatMap(({ sources }) => sources.map(({ source }) => source));
  const times = Math.max(...shown.map((source) => shown.filter((other) => other === source).length));
  return PROGRAM_MIB + ROOM_MIB * times;
}
