import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Pod } from '../kube/pods.ts';
import { matches } from '../kube/selector.ts';
import type { World } from '../world.ts';

/** Two policies that claim one pod: the older one has it, and the other one sends nothing at all. */
export function conflictOf(policy: ReloadPolicy, pods: readonly Pod[], { policies }: Pick<World, 'policies'>): string | null {
  for (const entry of policies.list(policy.metadata.namespace)) {
    if (entry.kind !== 'policy' || !isOlder(entry.policy, policy)) continue;
    const { metadata, spec } = entry.policy;
    if (metadata.deletionTimestamp !== undefined) continue;
    const shared = pods.find((pod) => matches(spec.targets.selector, pod.labels));
    if (shared) return `conflict: pod ${shared.name} is a member of the older policy ${metadata.name} too, so that this one sends nothing`;
  }
  return null;
}

export function isOlder({ metadata: a }: ReloadPolicy, { metadata: b }: ReloadPolicy): boolean {
  if (a.uid === b.uid) return false;
  const [bornA, bornB] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  return bornA < bornB || (bornA === bornB && a.name < b.name);
}
