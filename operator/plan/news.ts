import type { Assignment, Member } from './situation.ts';

/** Whether the assignment has to be said: the member neither is being asked, nor runs it, nor refused this very try. */
export function isNews({ running, asked, refused }: Member, { revision, attempt }: Assignment): boolean {
  if (asked !== null) return asked.revision !== revision || asked.attempt !== attempt;
  // A sidecar says that it runs what it refused only once it does after all.
  if (running?.revision === revision) return false;
  return refused?.revision !== revision || refused.attempt !== attempt;
}
