import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { matches } from '../kube/selector.ts';
import { isOlder } from '../observe/conflict.ts';

/** Whose member a pod of these labels is going to be: of several policies that select it, the oldest has it. */
export function claimOf(labels: Readonly<Record<string, string>>, policies: readonly ReloadPolicy[]): ReloadPolicy | null {
  let claim: ReloadPolicy | null = null;
  for (const policy of policies) {
    if (policy.metadata.deletionTimestamp !== undefined || !matches(policy.spec.targets.selector, labels)) continue;
    if (claim === null || isOlder(policy, claim)) claim = policy;
  }
  return claim;
}
