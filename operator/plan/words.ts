import type { Policy, Revision } from './situation.ts';

/** What a wave says from its opening to its bake. Neither times nor counts of members: a reason that ticks would rewrite status on every pass. */
export function waitingFor(candidate: Revision, wave: number, policy: Policy): string {
  return `waiting for the members of ${waveOf(wave, policy)} to run ${candidate}`;
}

/** How each gate stands is in `status.gates`: only what no time will mend is worth a write of its own. */
export function baking(candidate: Revision, wave: number, policy: Policy): string {
  const waitedFor = policy.gates.filter((gate) => gate.kind !== 'metrics' || !gate.dryRun);
  const gates = waitedFor.map(({ name }) => name).join(', ');
  return `${waveOf(wave, policy)} bakes: its members run ${candidate} and are Ready${gates && `, and these gates have to hold: ${gates}`}`;
}

export function bakingWithout(restarting: string, wave: number, policy: Policy): string {
  return `${waveOf(wave, policy)} bakes: ${restarting}`;
}

/** From 0, for people from 1. A policy that was edited may have opened more of them than it has now. */
export function waveOf(wave: number, { waves }: Policy): string {
  return `wave ${wave + 1} of ${Math.max(waves.length, wave + 1)}`;
}

/** Why a rollout began that nobody asked for. */
export const SOURCES_CHANGED = 'the sources changed';

export const waitingForReports = 'waiting for the members to report to this leader';

/** Names in order, cut to three: a reason does not depend on the order of a list, and stays readable. */
export function sentence(reasons: readonly string[]): string {
  const sorted = reasons.toSorted();
  const more = sorted.length - 3;
  return sorted.slice(0, 3).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** The same of what may stand for long: how many there are would tick, and is in `status.members`. */
export function names(all: readonly string[]): string {
  const sorted = all.toSorted();
  return sorted.slice(0, 3).join(', ') + (sorted.length > 3 ? ' and more' : '');
}

/** `90s`, `1h`: what a policy says of a time. */
export function inWords(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return `${ms / 1000}s`;
}
