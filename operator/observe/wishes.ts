import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Request } from '../plan/situation.ts';
import { knownStatus } from '../reloads/history.ts';
import { keptRevisions } from '../reloads/kept.ts';
import { requestsOf } from '../reloads/requests.ts';
import type { World } from '../world.ts';
import type { Wanted } from './contents.ts';

/** What people ask for on Reloads and have no answer to, and the kept revision that the first of them needs: one is taken up at a time. */
export function wishesOf(
  policy: ReloadPolicy,
  reloads: readonly Reload[],
  { recall }: Pick<World, 'recall'>,
): { readonly requests: readonly Request[]; readonly wanted: Wanted } {
  const requests = requestsOf(policy, reloads, (reload) => knownStatus(reload, recall));
  const [first] = requests;
  const sources = first?.kind === 'goTo' ? keptRevisions(policy, reloads).get(first.revision) : undefined;
  return { requests, wanted: new Map(first && sources ? [[first.revision, sources]] : []) };
}
