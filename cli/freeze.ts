import { FREEZE_ANNOTATION, freezeIn, freezeOf } from '../operator/observe/freeze.ts';
import { pathOf } from '../operator/kube/paths.ts';
import { type Cluster, MANAGER } from './cluster.ts';

const NAMESPACES = { apiVersion: 'v1', plural: 'namespaces' };

type Namespace = { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };

/** Of the Namespace; null takes it off. What it said before: undefined where it said nothing. Throws in words where there is no such Namespace. */
export async function annotateFreeze({ kube }: Cluster, name: string, reason: string | null): Promise<string | undefined> {
  const path = pathOf(NAMESPACES, { name });
  const found = await kube.get<Namespace>(path);
  if (found === null) throw new Error(`there is no namespace ${name}`);
  await kube.patch(path, { metadata: { annotations: { [FREEZE_ANNOTATION]: reason } } }, 'merge', { query: MANAGER });
  return found.metadata.annotations?.[FREEZE_ANNOTATION];
}

/** Why nothing goes forward in the namespace, in the operator's words; null where it is not frozen, or where Namespaces may not be read. */
export async function frozen({ kube, namespace }: Cluster, system: string): Promise<string | null> {
  const reasonOf = async (name: string) =>
    freezeIn((await kube.get<Namespace>(pathOf(NAMESPACES, { name })).catch(() => null))?.metadata.annotations);
  const reasons = new Map(await Promise.all([namespace, system].map(async (name) => [name, await reasonOf(name)] as const)));
  return freezeOf(namespace, system, (name) => reasons.get(name));
}
