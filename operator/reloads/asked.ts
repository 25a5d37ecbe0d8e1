import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Progress, Situation } from '../plan/situation.ts';
import type { World } from '../world.ts';
import { knownStatus } from './history.ts';
import { requestsOf } from './requests.ts';
import { verbsOf } from './said.ts';

/** What people ask for on the policy's Reloads, as a pass looks at it. What a wish's revision is made of: `keptRevisions`. */
export function askedOn(
  policy: ReloadPolicy,
  progress: Progress | null,
  { reloads, recall }: Pick<World, 'reloads' | 'recall'>,
): Pick<Situation, 'verbs' | 'requests'> {
  const { namespace, name } = policy.metadata;
  return {
    verbs: verbsOf(progress === null ? undefined : reloads.get(`${namespace}/${name}-${progress.rollout}`)),
    requests: requestsOf(policy, reloads.list(namespace), (reload) => knownStatus(reload, recall)),
  };
}
