import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { isKube } from '../operator/kube/errors.ts';
import type { SourceContent } from '../operator/sources/content.ts';
import type { SourceRef } from '../operator/sources/revisions.ts';
import type { Cluster } from './cluster.ts';
import { contentsOf } from './contents.ts';
import { changes } from './show/changes.ts';
import { plain } from './show/paint.ts';

/** Why that content failed before, where it did and is kept. By its bytes: the key that names a revision is the operator's. */
export async function quarantinedFor(
  cluster: Cluster,
  { status }: ReloadPolicy,
  kept: ReadonlyMap<string, readonly SourceRef[]>,
  contents: readonly SourceContent[],
): Promise<string | null> {
  for (const { revision, because } of status?.quarantined ?? []) {
    const failed = await contentsOf(cluster, kept.get(revision) ?? []).catch(nullWhereForbidden);
    if (failed !== null && failed.length > 0 && changes(failed, contents, plain) === '') return because;
  }
  return null;
}

function nullWhereForbidden(error: unknown): null {
  if (isKube(error, 'Forbidden')) return null;
  throw error;
}
