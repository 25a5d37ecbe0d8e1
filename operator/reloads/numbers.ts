import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';

/** The highest number of a Reload of a policy of that name; 0 where there is none. */
export function lastReloadOf(policy: ReloadPolicy, reloads: readonly Reload[]): number {
  const [newest] = reloadsOf(policy, reloads);
  return newest === undefined ? 0 : (numberOf(newest, policy.metadata.name) ?? 0);
}

/** Those that we made, newest first: `<policy>-<n>`. */
export function reloadsOf({ metadata }: ReloadPolicy, reloads: readonly Reload[]): readonly Reload[] {
  return reloads
    .filter(
      (reload) =>
        reload.metadata.namespace === metadata.namespace &&
        reload.spec.policy === metadata.name &&
        numberOf(reload, metadata.name) !== null,
    )
    .toSorted((a, b) => (numberOf(b, metadata.name) ?? 0) - (numberOf(a, metadata.name) ?? 0));
}

function numberOf(reload: Reload, policy: string): number | null {
  const rest = reload.metadata.name.slice(policy.length);
  return reload.metadata.name.startsWith(policy) && /^-[1-9][0-9]{0,8}$/.test(rest) ? Number(rest.slice(1)) : null;
}
