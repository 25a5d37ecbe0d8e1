import { isKube } from '../operator/kube/errors.ts';
import type { Cluster } from './cluster.ts';
import { membersOf } from './members.ts';
import { policyOf, reloadOf } from './objects.ts';
import { sentenceOf } from './sentence.ts';
import type { Seen } from './show/standing.ts';

/** A policy, its present or last rollout, and its members, as they are now. */
export async function look(cluster: Cluster, name: string): Promise<Seen> {
  const policy = await policyOf(cluster, name);
  const { rollout = 0 } = policy.status ?? {};
  const [reload, members] = await Promise.all([
    rollout === 0 ? null : reloadOf(cluster, `${name}-${rollout}`),
    membersOf(cluster, policy).catch(whyForbidden),
  ]);
  return { policy, reload, members };
}

/** Who approves may read the policy, and need not be allowed to read pods. */
function whyForbidden(error: unknown): string {
  if (isKube(error, 'Forbidden')) return sentenceOf(error);
  throw error;
}
