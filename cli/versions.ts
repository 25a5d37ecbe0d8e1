import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { sourcesOf } from '../crds/source.ts';
import { KubeError } from '../operator/kube/errors.ts';
import { pathOf } from '../operator/kube/paths.ts';
import type { Cluster } from './cluster.ts';
import type { Versions } from './progress.ts';

/** Metadata alone. Who may not read a source, or finds none, leaves it to the operator to say. */
export async function versionsOf({ kube, namespace }: Cluster, { spec }: ReloadPolicy): Promise<Versions> {
  const found = await Promise.all(
    sourcesOf(spec.sources).map(async ({ kind, name }) => {
      const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
      const object = await kube
        .get<{ metadata: { resourceVersion: string } }>(pathOf({ apiVersion: 'v1', plural }, { namespace, name }), { metadataOnly: true })
        .catch(nullWhereRefused);
      return object === null ? [] : [[`${kind}/${name}`, object.metadata.resourceVersion] as const];
    }),
  );
  return new Map(found.flat());
}

function nullWhereRefused(error: unknown): null {
  if (error instanceof KubeError && error.kind === 'refusal') return null;
  throw error;
}
