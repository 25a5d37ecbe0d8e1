import type { Member, Millis } from '../plan/situation.ts';
import { liveMembers } from '../plan/fleet.ts';

/**
 * On how many revisions the live members are, and since when on more than one: since the second of these came. Read off what members report,
 * so that the next leader says the same. Who has not reported counts for nothing.
 *
 * All on r1 since 9:00, a canary on r2 since 10:00: 2, since 10:00. All but one on r2: still since 10:00.
 */
export function skewOf(fleet: readonly Member[]): { readonly live: number; readonly since: Millis | null } {
  const cameAt = new Map<string, Millis>();
  for (const { running } of liveMembers(fleet)) {
    if (running === null || running.revision === null) continue;
    cameAt.set(running.revision, Math.min(running.at, cameAt.get(running.revision) ?? running.at));
  }
  const [, second = null] = [...cameAt.values()].toSorted((a, b) => a - b);
  return { live: cameAt.size, since: second };
}
