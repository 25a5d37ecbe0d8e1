import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';

/** The highest number of a Reload of a policy of that name; 0 where there is none. */
export function lastReloadOf(policy: ReloadPolicy, reloads: readonly Reload[]): number {
  return Math.max(0, ...reloadsOf(policy, reloads).map((reload) => rolloutOf(reload) ?? 0));
}

/** Of the policy: the records that we made, and the wishes of people. */
export function reloadsOf({ metadata }: ReloadPolicy, reloads: readonly Reload[]): readonly Reload[] {
  return reloads.filter((reload) => reload.metadata.namespace === metadata.namespace && reload.spec.policy === metadata.name);
}

/** Of `<policy>-<n>`, which are ours, the n; null: a person made it. */
export function rolloutOf({ metadata: { name }, spec: { policy } }: Reload): number | null {
  const rest = name.slice(policy.length);
  return name.startsWith(policy) && /^-[1-9][0-9]{0,8}$/.test(rest) ? Number(rest.slice(1)) : null;
}
