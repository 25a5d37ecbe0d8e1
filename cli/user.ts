import { BY_MAX } from '../crds/verb.ts';
import { MANAGER } from './cluster.ts';
import type { Cluster } from './cluster.ts';

const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** Who we are to the API server, for the `by` beside a verb; nothing where it does not say: then the field manager of the write is recorded. */
export async function byUser({ kube }: Cluster): Promise<{ readonly by?: string }> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const answer = await kube
    .create<{ status?: { userInfo?: { username?: string } } }>(REVIEWS, review, { query: MANAGER })
    .catch(() => null);
  const by = answer?.status?.userInfo?.username ?? '';
  return by === '' || by.length > BY_MAX ? {} : { by };
}
