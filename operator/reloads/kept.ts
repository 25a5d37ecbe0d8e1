import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { sourcesOf } from '../../crds/source.ts';
import type { Revision } from '../plan/situation.ts';
import { revisionName } from '../sources/content.ts';
import type { SourceRef } from '../sources/revisions.ts';
import { reloadsOf, rolloutOf } from './numbers.ts';

type Sources = readonly SourceRef[];

/**
 * The revisions that the policy can go to, and what they are made of: stable, candidate, and those of the history.
 * Whoever may make Reloads could make up a history, too: only what is made of the policy's own sources is taken, and never another Secret; and
 * only under the name that these give it, so that what is in quarantine does not come back as another revision.
 */
export function keptRevisions(policy: ReloadPolicy, reloads: readonly Reload[]): ReadonlyMap<Revision, Sources> {
  const recorded = reloadsOf(policy, reloads)
    .filter((reload) => rolloutOf(reload) !== null)
    .toSorted((a, b) => (rolloutOf(b) ?? 0) - (rolloutOf(a) ?? 0))
    .flatMap(({ spec: { revision, sources, from, fromSources } }): (readonly [Revision, Sources])[] => [
      ...(sources ? [[revision, sources] as const] : []),
      ...(from && fromSources ? [[from, fromSources] as const] : []),
    ]);
  const own = sourcesOf(policy.spec.sources);
  const isOwn = ({ kind, name }: SourceRef) => own.some((source) => source.kind === kind && source.name === name);
  const alive = (policy.status?.revisions ?? []).map(({ name, sources }) => [name, sources] as const);
  const isKept = (name: Revision, sources: Sources) => sources.length > 0 && sources.every(isOwn) && revisionName(sources) === name;
  return new Map([...alive, ...recorded.filter(([name, sources]) => isKept(name, sources))]);
}
