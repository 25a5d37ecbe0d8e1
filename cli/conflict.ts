import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Pod } from '../operator/kube/pods.ts';
import { matches } from '../operator/kube/selector.ts';
import { isOlder } from '../operator/observe/conflict.ts';

/** Which policy has a pod of these already: the older one has it, and this one would send nothing. Null where none has. */
export function olderOver(policy: ReloadPolicy, pods: readonly Pod[], policies: readonly ReloadPolicy[]): string | null {
  const older = policies.filter((it) => it.metadata.name !== policy.metadata.name && isOlder(it, policy));
  return older.find(({ spec }) => pods.some(({ labels }) => matches(spec.targets.selector, labels)))?.metadata.name ?? null;
}
