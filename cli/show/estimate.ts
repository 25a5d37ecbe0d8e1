import type { Reload } from '../../crds/reload.ts';
import type { Wave } from '../../operator/plan/situation.ts';
import { span } from './age.ts';

/** So many of the last rollouts tell how long members take. */
const ROLLOUTS = 5;

/** `ms`: at least so long, where no rollout tells of more than the bakes. */
export type Estimate = { readonly ms: number; readonly says: string };

/**
 * How long a rollout takes: its bakes, and beside them what waves took of the last rollouts that succeeded. A wave that ended with somebody's
 * approval tells nothing: how long people take, nobody knows. `reloads`: those of the policy, oldest first.
 */
export function estimate(waves: readonly Wave[], reloads: readonly Reload[]): Estimate {
  const bakes = waves.reduce((sum, { bakeMs }) => sum + bakeMs, 0);
  const last = reloads.filter(({ status }) => status?.outcome === 'Succeeded').slice(-ROLLOUTS);
  const taken = last.flatMap((reload) => takenBeside(waves, reload));
  const people = waves.some(({ approval }) => approval) ? ', without what approvals take' : '';
  if (taken.length === 0)
    return { ms: bakes, says: `It takes ${span(bakes)} of bakes at least${people}: no rollout has succeeded yet that tells the rest.` };
  const usual = median(taken.map(({ ms }) => ms));
  const rest = waves.map(({ upTo }) => {
    const same = taken.filter((it) => it.upTo === String(upTo));
    return same.length > 0 ? median(same.map(({ ms }) => ms)) : usual;
  });
  const ms = bakes + rest.reduce((sum, it) => sum + it, 0);
  const from = last.length === 1 ? 'the last rollout that succeeded' : `the last ${last.length} rollouts that succeeded`;
  return { ms, says: `It takes about ${span(ms)}${people}: ${span(bakes)} of bakes, and the rest as in ${from}.` };
}

/** What each wave took beside its bake. The record does not say how long that was: it is as the policy has it now. */
function takenBeside(waves: readonly Wave[], { status }: Reload): readonly { readonly upTo: string; readonly ms: number }[] {
  const records = status?.waves ?? [];
  return records.flatMap(({ upTo, openedAt, passedAt }, i) => {
    const bakeMs = waves.find((wave) => String(wave.upTo) === upTo)?.bakeMs;
    if (passedAt === undefined || bakeMs === undefined || records[i + 1]?.approvedBy !== undefined) return [];
    return [{ upTo, ms: Math.max(0, Date.parse(passedAt) - Date.parse(openedAt) - bakeMs) }];
  });
}

/** One rollout that was paused overnight makes no other one longer. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
