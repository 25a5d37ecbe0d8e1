import { type Source, sourcesOf } from '../crds/source.ts';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { pathOf } from '../operator/kube/paths.ts';
import type { SourceContent } from '../operator/sources/content.ts';
import { kinds } from '../operator/sources/index.ts';
import type { SourceData } from '../operator/sources/source-object.ts';
import type { Cluster } from './cluster.ts';

/** A ConfigMap or Secret as a file has it. */
export type Edited = { readonly kind: string; readonly metadata?: { readonly name?: string } } & Pick<SourceData, 'data' | 'binaryData'> & {
    readonly stringData?: Readonly<Record<string, string>>;
  };

/** What the policy's sources say, with those that are edited in place of the cluster's own. Throws in words where a required one is missing. */
export function sourcesNow(
  { kube, namespace }: Cluster,
  { spec }: ReloadPolicy,
  edits: readonly Edited[],
): Promise<readonly SourceContent[]> {
  return Promise.all(
    sourcesOf(spec.sources).map(async (source): Promise<SourceContent> => {
      const { kind, name, optional } = source;
      const edited = edits.find((it) => it.kind === kind && it.metadata?.name === name);
      const object = edited
        ? ofFile(edited)
        : await kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural: kinds[kind].plural }, { namespace, name }));
      if (object === null && !optional) throw new Error(`${kind} ${name} is a source that is not there: the policy holds until it is`);
      return { kind, name, digest: null, files: object === null ? [] : filesOf(source, object) };
    }),
  );
}

function filesOf({ kind, keys }: Source, object: Pick<SourceData, 'data' | 'binaryData'>) {
  return kinds[kind].filesOf(object as SourceData).filter(({ key }) => keys === null || keys.includes(key));
}

/** As the API server stores it: stringData of a Secret goes into data. */
function ofFile({ data = {}, stringData = {}, binaryData = {} }: Edited): Pick<SourceData, 'data' | 'binaryData'> {
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')] as const);
  return { data: { ...data, ...Object.fromEntries(encoded) }, binaryData };
}
