import { cut, LISTED_BECAUSE_MAX } from '../crds/because.ts';
import { OFFENDERS_MAX, type ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import type { Assignment, Member, Progress } from './plan/situation.ts';

type Facts = { readonly fleet: readonly Member[]; readonly assignments: readonly Assignment[]; readonly progress: Progress };

/** Delivered is not Confirmed, and what is in flight is neither. */
export function countsOf({ fleet, assignments, progress }: Facts): NonNullable<ReloadPolicyStatus['members']> {
  const wanted = progress.candidate ?? progress.stable;
  const assigned = new Set(assignments.filter(({ revision }) => revision === wanted).map(({ uid }) => uid));
  const applied = fleet.filter(({ uid, running, asked }) => assigned.has(uid) && asked === null && running?.revision === wanted);
  const count = (holds: (member: Member) => boolean) => fleet.filter(holds).length;
  return {
    total: fleet.length,
    managed: count(({ managed }) => managed),
    connected: count(({ link }) => link.kind === 'connected'),
    assigned: assigned.size,
    applied: applied.length,
    confirmed: applied.filter(({ running }) => running?.proof === 'Confirmed').length,
    refused: count(({ uid, refused }) => assigned.has(uid) && refused?.revision === wanted),
    ready: count(({ ready }) => ready),
  };
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
