import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Revision } from '../plan/situation.ts';
import type { SourceRef } from '../sources/revisions.ts';
import { reloadsOf, rolloutOf } from './numbers.ts';

type Sources = readonly SourceRef[];

/**
 * The revisions of the policy that are kept, and what they are made of: stable, candidate, and those of the history.
 * What a wish says of its sources is not asked: it could name another policy's Secret.
 */
export function keptRevisions(policy: ReloadPolicy, reloads: readonly Reload[]): ReadonlyMap<Revision, Sources> {
  const recorded = reloadsOf(policy, reloads)
    .filter((reload) => rolloutOf(reload) !== null)
    .toSorted((a, b) => (rolloutOf(b) ?? 0) - (rolloutOf(a) ?? 0))
    .flatMap(({ spec: { revision, sources, from, fromSources } }): (readonly [Revision, Sources])[] => [
      ...(sources ? [[revision, sources] as const] : []),
      ...(from && fromSources ? [[from, fromSources] as const] : []),
    ]);
  const alive = (policy.status?.revisions ?? []).map(({ name, sources }) => [name, sources] as const);
  return new Map([...alive, ...recorded].filter(([, sources]) => sources.length > 0));
}
