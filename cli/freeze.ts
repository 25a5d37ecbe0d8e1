import { FREEZE_ANNOTATION } from '../operator/observe/freeze.ts';
import { pathOf } from '../operator/kube/paths.ts';
import { type Cluster, MANAGER } from './cluster.ts';

/** Of the Namespace; null takes it off. What it said before: undefined where it said nothing. Throws in words where there is no such Namespace. */
export async function annotateFreeze({ kube }: Cluster, name: string, reason: string | null): Promise<string | undefined> {
  const path = pathOf({ apiVersion: 'v1', plural: 'namespaces' }, { name });
  const found = await kube.get<{ metadata: { annotations?: Record<string, string> } }>(path);
  if (found === null) throw new Error(`there is no namespace ${name}`);
  await kube.patch(path, { metadata: { annotations: { [FREEZE_ANNOTATION]: reason } } }, 'merge', { query: MANAGER });
  return found.metadata.annotations?.[FREEZE_ANNOTATION];
}
