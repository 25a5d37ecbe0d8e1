import type { Assignment, Member } from './situation.ts';

/** Whether the assignment has to be said, as the link sees it: the member neither is being asked, nor refused this very try, nor runs it. */
export function isNews({ running, asked, refused }: Member, { revision, attempt }: Assignment): boolean {
  if (asked !== null) return asked.revision !== revision || asked.attempt !== attempt;
  // Files of a revision that it refused prove nothing.
  if (refused?.revision === revision) return refused.attempt !== attempt;
  return running?.revision !== revision;
}
