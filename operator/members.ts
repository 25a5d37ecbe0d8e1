import { cut, LISTED_BECAUSE_MAX } from '../crds/because.ts';
import { OFFENDERS_MAX, type ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import type { Assignment, Member, Progress } from './plan/situation.ts';

type Facts = { readonly fleet: readonly Member[]; readonly assignments: readonly Assignment[]; readonly progress: Progress };

/** Delivered is not Confirmed, and what is in flight is neither. One look at each member: there are thousands, in every pass. */
export function countsOf({ fleet, assignments, progress }: Facts): NonNullable<ReloadPolicyStatus['members']> {
  const wanted = progress.candidate ?? progress.stable;
  const assigned = new Set(assignments.filter(({ revision }) => revision === wanted).map(({ uid }) => uid));
  const counts = { total: fleet.length, managed: 0, connected: 0, assigned: assigned.size, applied: 0, confirmed: 0, refused: 0, ready: 0 };
  for (const { uid, managed, link, ready, running, asked, refused } of fleet) {
    if (managed) counts.managed += 1;
    if (link.kind === 'connected') counts.connected += 1;
    if (ready) counts.ready += 1;
    if (!assigned.has(uid)) continue;
    if (refused?.revision === wanted) counts.refused += 1;
    if (asked !== null || running?.revision !== wanted) continue;
    counts.applied += 1;
    if (running.proof === 'Confirmed') counts.confirmed += 1;
  }
  return counts;
}

/** Members that refused what is alive, or what failed last. */
export function offendersOf({ fleet, progress }: Omit<Facts, 'assignments'>): NonNullable<ReloadPolicyStatus['offenders']> {
  const alive = [progress.candidate, progress.stable, progress.quarantined.at(-1)?.revision];
  return fleet
    .flatMap(({ name, refused }) =>
      refused && alive.includes(refused.revision)
        ? [{ member: name, because: cut(`refused ${refused.revision}: ${refused.because}`, LISTED_BECAUSE_MAX) }]
        : [],
    )
    .toSorted((a, b) => (a.member < b.member ? -1 : 1))
    .slice(0, OFFENDERS_MAX);
}
