import { API_VERSION } from '../crds/kind.ts';
import { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Kube } from './kube/client.ts';
import { pathIn } from './kube/paths.ts';
import { POLICIES } from './kube/policies.ts';
import { stripPolicy } from './strip-policy.ts';

/** Those of a namespace as the API server has them now, but for any that this version does not understand. */
export async function listPolicies(kube: Pick<Kube, 'list'>, namespace: string, timeoutMs: number): Promise<readonly ReloadPolicy[]> {
  const { items } = await kube.list<object>(pathIn(POLICIES, namespace), { timeoutMs });
  return items.flatMap((item) => {
    const { data } = ReloadPolicy.safeParse({ apiVersion: API_VERSION, kind: 'ReloadPolicy', ...item });
    return data === undefined ? [] : stripPolicy(data);
  });
}
