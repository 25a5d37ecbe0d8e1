import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Wanted } from '../observe/contents.ts';
import type { Progress, Situation } from '../plan/situation.ts';
import type { World } from '../world.ts';
import { knownStatus } from './history.ts';
import { keptRevisions } from './kept.ts';
import { requestsOf } from './requests.ts';
import { verbsOf } from './said.ts';

/** What people ask for on the policy's Reloads, as a pass looks at it. `wanted`: what the oldest wish's revision is made of. */
export type Asked = Pick<Situation, 'verbs' | 'requests'> & { readonly wanted: Wanted };

export function askedOn(policy: ReloadPolicy, progress: Progress | null, { reloads, recall }: Pick<World, 'reloads' | 'recall'>): Asked {
  const { namespace, name } = policy.metadata;
  const all = reloads.list(namespace);
  const requests = requestsOf(policy, all, (reload) => knownStatus(reload, recall));
  const [oldest] = requests;
  const sources = oldest?.kind === 'goTo' ? keptRevisions(policy, all).get(oldest.revision) : undefined;
  return {
    verbs: verbsOf(progress === null ? undefined : reloads.get(`${namespace}/${name}-${progress.rollout}`)),
    requests,
    wanted: new Map(oldest !== undefined && sources !== undefined ? [[oldest.revision, sources]] : []),
  };
}
