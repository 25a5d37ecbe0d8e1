import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Kube } from '../kube/client.ts';
import { isKube } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';

const NAMESPACES = pathOf({ apiVersion: 'v1', plural: 'namespaces' });

type Owner = { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string };
type Owned = Pick<ReloadPolicy, 'apiVersion' | 'kind' | 'metadata'>;

/**
 * Of the record of a rollout: its policy, so that who follows owners finds it there, as Argo CD and `kubectl tree` do; and the Namespace, so that it
 * outlives the policy. The garbage collector leaves alone what has an owner that is there. By the policy alone the audit would go with it: then rather none.
 */
export async function ownersOf({ apiVersion, kind, metadata }: Owned, kube: Pick<Kube, 'list'>): Promise<readonly Owner[]> {
  const { name, namespace, uid } = metadata;
  // Listed by its name: so the right to list, which the watch of freezes needs, is enough.
  const query = { fieldSelector: `metadata.name=${namespace}` };
  const found = await kube
    .list<{ readonly metadata: { readonly uid: string } }>(NAMESPACES, { metadataOnly: true, query })
    .catch((error: unknown) => {
      if (isKube(error, 'Forbidden')) return { items: [] };
      throw error;
    });
  const [home] = found.items;
  if (home === undefined) return [];
  return [
    { apiVersion, kind, name, uid },
    { apiVersion: 'v1', kind: 'Namespace', name: namespace, uid: home.metadata.uid },
  ];
}
