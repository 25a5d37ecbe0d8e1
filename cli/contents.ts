import type { Reload } from '../crds/reload.ts';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { keptRevisions } from '../operator/reloads/kept.ts';
import { pathOf } from '../operator/kube/paths.ts';
import type { SourceContent } from '../operator/sources/content.ts';
import { kinds } from '../operator/sources/index.ts';
import { keptName, type SourceRef } from '../operator/sources/revisions.ts';
import type { SourceData } from '../operator/sources/source-object.ts';
import type { Cluster } from './cluster.ts';
import { policiesIn, reloadsIn } from './objects.ts';

/** By name: what each revision is made of that the policies of the namespace can go to. */
export async function revisionsIn(cluster: Cluster): Promise<ReadonlyMap<string, readonly SourceRef[]>> {
  const [policies, reloads] = await Promise.all([policiesIn(cluster), reloadsIn(cluster)]);
  return revisionsOf(policies, reloads);
}

export function revisionsOf(policies: readonly ReloadPolicy[], reloads: readonly Reload[]): ReadonlyMap<string, readonly SourceRef[]> {
  return new Map(policies.flatMap((policy) => [...keptRevisions(policy, reloads)]));
}

/** As it is kept, source by source. Throws in words where one of them is gone. */
export function contentsOf({ kube, namespace }: Cluster, sources: readonly SourceRef[]): Promise<readonly SourceContent[]> {
  return Promise.all(
    sources.map(async ({ kind, name, digest }) => {
      if (digest == null) return { kind, name, digest: null, files: [] };
      const { plural, filesOf } = kinds[kind];
      const kept = keptName(name, digest);
      const object = await kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural }, { namespace, name: kept }));
      if (object === null) throw new Error(`${kind} ${kept} is gone: somebody deleted a revision that is kept`);
      return { kind, name, digest, files: filesOf(object) };
    }),
  );
}
