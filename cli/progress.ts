import type { ReloadPolicy } from '../crds/reload-policy.ts';

/** By `kind/name`: the resourceVersion of each source as it is now. One that may not be read is left out. */
export type Versions = ReadonlyMap<string, string>;

type Observed = NonNullable<NonNullable<ReloadPolicy['status']>['observedSources']>[number];

export type Progress = { readonly kind: 'succeeded' | 'failed' | 'waits'; readonly because: string };

/**
 * Whether the fleet runs what the sources say now. What was said of older sources, or of an older spec, is not believed: a pipeline asks right
 * after its edit, when the operator may not have seen it.
 */
export function progressOf({ metadata, status = {} }: ReloadPolicy, versions: Versions): Progress {
  const { observedGeneration, observedSources = [], conditions = [], because = '' } = status;
  if (observedGeneration !== metadata.generation) return { kind: 'waits', because: 'the operator has not seen the policy yet' };
  if (observedSources.length === 0 && versions.size > 0)
    return {
      kind: 'waits',
      because: 'its status does not say what the operator has seen of the sources: not yet, or it has no room for them',
    };
  const unseen = [...versions].filter(([source, version]) => !observedSources.some(isOf(source, version))).map(([source]) => source);
  if (unseen.length > 0)
    return { kind: 'waits', because: `the operator has not seen the last edit of ${unseen.join(', ').replaceAll('/', ' ')} yet` };
  const isTrue = (type: string) => conditions.some((it) => it.type === type && it.status === 'True');
  if (isTrue('Ready')) return { kind: 'succeeded', because };
  return { kind: isTrue('Stalled') ? 'failed' : 'waits', because };
}

/** By kind and resourceVersion, which no two objects of a kind share: names may be cut, to the same beginning even, and what is absent has no place. */
function isOf(source: string, version: string) {
  return ({ kind, resourceVersion }: Observed) => source.startsWith(`${kind}/`) && resourceVersion === version;
}
