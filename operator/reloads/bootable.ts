import { pathOf } from '../kube/paths.ts';
import type { SourceFile, SourceKind } from '../sources/content.ts';
import { kinds } from '../sources/index.ts';
import { stableName } from '../sources/revisions.ts';
import type { SourceData } from '../sources/source-object.ts';
import type { World } from '../world.ts';

/** Whether `<source>-stable` has the content that is kept there: of a policy that was deleted, say, and may be made again. */
export async function isBootable(kind: SourceKind, namespace: string, kept: string, { kube }: Pick<World, 'kube'>): Promise<boolean> {
  const source = kept.replace(/-[0-9a-f]{16}$/, '');
  const { plural, filesOf } = kinds[kind];
  const read = (name: string) => kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural }, { namespace, name }));
  const [stable, revision] = await Promise.all([read(stableName(source)), read(kept)]);
  return stable !== null && revision !== null && isSame(filesOf(stable), filesOf(revision));
}

function isSame(a: readonly SourceFile[], b: readonly SourceFile[]): boolean {
  return a.length === b.length && a.every(({ key, bytes }) => b.some((it) => it.key === key && it.bytes.equals(bytes)));
}
