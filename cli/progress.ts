import type { ReloadPolicy } from '../crds/reload-policy.ts';

/** By `kind/name`: the resourceVersion of each source as it is now. One that may not be read is left out. */
export type Versions = ReadonlyMap<string, string>;

export type Progress = { readonly kind: 'succeeded' | 'failed' | 'waits'; readonly because: string };

/**
 * Whether the fleet runs what the sources say now. What was said of older sources, or of an older spec, is not believed: a pipeline asks right
 * after its edit, when the operator may not have seen it.
 */
export function progressOf({ metadata, status = {} }: ReloadPolicy, versions: Versions): Progress {
  const { observedGeneration, observedSources = [], conditions = [], because = '' } = status;
  if (observedGeneration !== metadata.generation) return { kind: 'waits', because: 'the operator has not seen the policy yet' };
  const unseen = observedSources.filter(
    ({ kind, name, resourceVersion }) => (versions.get(`${kind}/${name}`) ?? resourceVersion) !== resourceVersion,
  );
  if (unseen.length > 0)
    return {
      kind: 'waits',
      because: `the operator has not seen the last edit of ${unseen.map(({ kind, name }) => `${kind} ${name}`).join(', ')} yet`,
    };
  const isTrue = (type: string) => conditions.some((it) => it.type === type && it.status === 'True');
  if (isTrue('Ready')) return { kind: 'succeeded', because };
  return { kind: isTrue('Stalled') ? 'failed' : 'waits', because };
}
