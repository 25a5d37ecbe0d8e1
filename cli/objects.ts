import { API_VERSION } from '../crds/kind.ts';
import type { Reload } from '../crds/reload.ts';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { pathOf } from '../operator/kube/paths.ts';
import type { Cluster } from './cluster.ts';
import { meant } from './nearest.ts';

const POLICIES = { apiVersion: API_VERSION, plural: 'reloadpolicies' };
const RELOADS = { apiVersion: API_VERSION, plural: 'reloads' };

export async function policiesIn({ kube, namespace }: Cluster, { everywhere = false } = {}): Promise<readonly ReloadPolicy[]> {
  const { items } = await kube.list<ReloadPolicy>(pathOf(POLICIES, everywhere ? {} : { namespace }));
  return items.map((item) => ({ ...item, apiVersion: API_VERSION, kind: 'ReloadPolicy' as const }));
}

/** Throws in words where there is none. */
export async function policyOf(cluster: Cluster, name: string): Promise<ReloadPolicy> {
  const policy = await findPolicy(cluster, name);
  if (policy !== null) return policy;
  // Who may read one by its name may not be allowed to list them.
  const names = (await policiesIn(cluster).catch(() => [])).map(({ metadata }) => metadata.name);
  throw new Error(`there is no ReloadPolicy ${name} in the namespace ${cluster.namespace}${meant(name, names)}`);
}

export function findPolicy({ kube, namespace }: Cluster, name: string): Promise<ReloadPolicy | null> {
  return kube.get<ReloadPolicy>(pathOf(POLICIES, { namespace, name }));
}

/** Oldest first; wishes, which have no number, at their age among them. */
export async function reloadsIn({ kube, namespace }: Cluster): Promise<readonly Reload[]> {
  const { items } = await kube.list<Reload>(pathOf(RELOADS, { namespace }));
  return items
    .map((item) => ({ ...item, apiVersion: API_VERSION, kind: 'Reload' as const }))
    .toSorted((a, b) => bornAt(a).localeCompare(bornAt(b)) || (a.spec.rollout ?? 0) - (b.spec.rollout ?? 0));
}

export function reloadOf({ kube, namespace }: Cluster, name: string): Promise<Reload | null> {
  return kube.get<Reload>(reloadPath(namespace, name));
}

export function reloadPath(namespace: string, name?: string): string {
  return pathOf(RELOADS, { namespace, ...(name !== undefined && { name }) });
}

function bornAt({ metadata }: Reload): string {
  return metadata.creationTimestamp ?? '';
}
