import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';

/** A Reload whose number is further ahead of its policy was made up: followed, it would use the numbers up. */
const AHEAD = 1_000;
/** A policy that is made again knows nothing of its last life. */
const AHEAD_OF_NONE = 1_000_000;

/**
 * The highest number of a Reload of that name; 0 where there is none. `rollout` is the policy's own last one. Also of a wish for another policy: one for
 * `web` may be named `web-1-2`, and then rollout 2 of `web-1` would have no record.
 */
export function lastReloadOf(policy: ReloadPolicy, reloads: readonly Reload[], rollout: number | null): number {
  const highest = rollout ? rollout + AHEAD : AHEAD_OF_NONE;
  const { namespace, name } = policy.metadata;
  const numbers = reloads.flatMap(({ metadata }) => (metadata.namespace === namespace ? (numberIn(metadata.name, name) ?? []) : []));
  return Math.max(0, ...numbers.filter((number) => number <= highest));
}

/** Of the policy: the records that we made, and the wishes of people. */
export function reloadsOf({ metadata }: ReloadPolicy, reloads: readonly Reload[]): readonly Reload[] {
  return reloads.filter((reload) => reload.metadata.namespace === metadata.namespace && reload.spec.policy === metadata.name);
}

/** Of `<policy>-<n>`, which are ours, the n; null: a person made it. */
export function rolloutOf({ metadata, spec }: Reload): number | null {
  return numberIn(metadata.name, spec.policy);
}

function numberIn(name: string, policy: string): number | null {
  const rest = name.slice(policy.length);
  return name.startsWith(policy) && /^-[1-9][0-9]{0,8}$/.test(rest) ? Number(rest.slice(1)) : null;
}
