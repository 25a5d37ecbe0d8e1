import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { type Source, sourcesOf } from '../crds/source.ts';
import { isKube } from '../operator/kube/errors.ts';
import { pathOf } from '../operator/kube/paths.ts';
import type { SourceContent } from '../operator/sources/content.ts';
import { kinds } from '../operator/sources/index.ts';
import type { SourceRef } from '../operator/sources/revisions.ts';
import type { SourceData } from '../operator/sources/source-object.ts';
import type { Cluster } from './cluster.ts';
import { contentsOf } from './contents.ts';
import type { Edited } from './edits.ts';
import { sentenceOf } from './sentence.ts';

/** `from` stable `to` what the sources say. What we may not read is in neither of them: `unread` has it by name, and why. */
export type Compared = {
  readonly from: readonly SourceContent[];
  readonly to: readonly SourceContent[];
  readonly unread: ReadonlyMap<string, string>;
};

/** What the sources say, with those that are edited in place of the cluster's own. Throws in words where a required one is missing. */
export async function compared(
  cluster: Cluster,
  { metadata, spec }: ReloadPolicy,
  stable: readonly SourceRef[],
  edits: readonly Edited[],
): Promise<Compared> {
  const unread = new Map<string, string>();
  const orUnread = async <T>({ kind, name }: SourceRef | Source, read: () => Promise<T>): Promise<readonly T[]> => {
    try {
      return [await read()];
    } catch (error) {
      if (!isKube(error, 'Forbidden')) throw error;
      unread.set(`${kind} ${name}`, sentenceOf(error));
      return [];
    }
  };
  const [from, to] = await Promise.all([
    Promise.all(stable.map((ref) => orUnread(ref, () => contentsOf(cluster, [ref])))),
    Promise.all(sourcesOf(spec.sources).map((source) => orUnread(source, () => sourceNow(cluster, metadata.namespace, source, edits)))),
  ]);
  const isRead = ({ kind, name }: SourceContent) => !unread.has(`${kind} ${name}`);
  return { from: from.flat(2).filter(isRead), to: to.flat().filter(isRead), unread };
}

async function sourceNow({ kube }: Cluster, namespace: string, source: Source, edits: readonly Edited[]): Promise<SourceContent> {
  const { kind, name, optional, keys } = source;
  const edited = edits.findLast((it) => it.kind === kind && it.metadata.name === name);
  const object = edited
    ? asStored(edited)
    : await kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural: kinds[kind].plural }, { namespace, name }));
  if (object === null && !optional)
    throw new Error(`${kind} ${name} is a source that is not there: the policy holds until it is, or a file says what it will be (--with)`);
  const files = object === null ? [] : kinds[kind].filesOf(object as SourceData);
  return { kind, name, digest: null, files: files.filter(({ key }) => keys === null || keys.includes(key)) };
}

/** As the API server stores it: stringData of a Secret goes into data. */
function asStored({ data, stringData, binaryData }: Edited): Pick<SourceData, 'data' | 'binaryData'> {
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')] as const);
  return { data: { ...data, ...Object.fromEntries(encoded) }, binaryData };
}
