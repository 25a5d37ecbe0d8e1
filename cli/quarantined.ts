import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { isKube } from '../operator/kube/errors.ts';
import type { SourceContent } from '../operator/sources/content.ts';
import type { SourceRef } from '../operator/sources/revisions.ts';
import type { Cluster } from './cluster.ts';
import { contentsOf } from './contents.ts';
import { changes } from './show/changes.ts';
import { plain } from './show/paint.ts';

type Kept = ReadonlyMap<string, readonly SourceRef[]>;

/** Why that content failed before, where it did and is kept. By its bytes: the key that names a revision is the operator's. */
export async function quarantinedFor(
  cluster: Cluster,
  { status }: ReloadPolicy,
  kept: Kept,
  contents: readonly SourceContent[],
): Promise<string | null> {
  for (const { revision, because } of status?.quarantined ?? [])
    if (await isContentOf(cluster, kept.get(revision), contents)) return because;
  return null;
}

/** Not where it may not be read. */
export async function isContentOf(
  cluster: Cluster,
  revision: readonly SourceRef[] | undefined,
  contents: readonly SourceContent[],
): Promise<boolean> {
  const itself = await contentsOf(cluster, revision ?? []).catch(nullWhereForbidden);
  return itself !== null && itself.length > 0 && changes(itself, contents, plain) === '';
}

function nullWhereForbidden(error: unknown): null {
  if (isKube(error, 'Forbidden')) return null;
  throw error;
}
