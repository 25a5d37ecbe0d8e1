import type { Source } from '../../crds/source.ts';
import type { Kube } from '../kube/client.ts';
import { isRefused } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';
import { type RevisionContent, revisionOf, type SourceContent, type SourceFile, type SourceKind } from './content.ts';
import { digestOf, keyPrint } from './digest.ts';
import { kinds } from './index.ts';
import { KEPT_LABEL, KEY_ANNOTATION, metadataOf, stableName } from './revisions.ts';
import type { SourceData } from './source-object.ts';

/** The policy whose stable it is. */
const POLICY_LABEL = 'fleetreload.dev/policy';
/** Keyed, and over all sources: objects that do not say the same were not written for one revision. */
const TOGETHER_ANNOTATION = 'fleetreload.dev/together';

/** What a pod boots on when nobody answers: `<source>-stable`, one object a source, rewritten only when a revision becomes stable. */
export type Stables = {
  /** Whether all of them are there, as far as the watch knows. */
  readonly hasStable: (namespace: string, revision: RevisionContent) => boolean;
  /** Null, or a sentence where it may not be written: it is another policy's, or a user's, or the API server refuses it. */
  readonly writeStable: (owner: Owner, revision: RevisionContent) => Promise<string | null>;
  /** Null where a source that is required has none, or they are not the policy's, or not of one revision. */
  readonly loadStable: (owner: Pick<Owner, 'namespace' | 'policy'>, sources: readonly Source[]) => Promise<RevisionContent | null>;
};

export type Owner = {
  readonly namespace: string;
  readonly policy: string;
  /** Another policy of that name is there, and has the source. */
  readonly isRival: (policy: string, kind: SourceKind, source: string) => boolean;
};

/** `versionOf` is what the watch knows, which may be a moment late. */
export function openStables(
  kube: Pick<Kube, 'get' | 'create' | 'replace'>,
  digestKey: Buffer,
  versionOf: (kind: SourceKind, namespace: string, name: string) => string | null,
): Stables {
  const kept = new Map<string, SourceData>();

  return {
    hasStable: (namespace, { sources }) =>
      sources.every(({ kind, name, files }) => files.length === 0 || versionOf(kind, namespace, stableName(name)) !== null),
    writeStable: async (owner, { sources }) => {
      const together = togetherOf(sources, digestKey);
      for (const source of sources) {
        const because = await tryToWrite(owner, source, together);
        if (because !== null) return because;
      }
      return null;
    },
    loadStable: async ({ namespace, policy }, sources) => {
      const objects = await Promise.all(sources.map((source) => read(namespace, source)));
      const present = objects.filter((object) => object !== null);
      if (sources.some(({ optional }, i) => objects[i] === null && !optional)) return null;
      if (!present.every((object) => isOurs(object) && object.metadata.labels?.[POLICY_LABEL] === policy)) return null;
      const contents = sources.map(({ kind, name }, i) => contentOf(kind, name, objects[i] ?? null));
      return areTogether(present, contents) ? revisionOf(contents) : null;
    },
  };

  async function tryToWrite(owner: Owner, source: SourceContent, together: string): Promise<string | null> {
    try {
      return await write(owner, source, together);
    } catch (error) {
      if (isRefused(error)) return `${source.kind} ${stableName(source.name)} could not be written: ${error.message}`;
      throw error;
    }
  }

  async function write(owner: Owner, { kind, name, files }: SourceContent, together: string): Promise<string | null> {
    const { namespace, policy } = owner;
    const { plural, bodyOf, filesOf } = kinds[kind];
    const stable = stableName(name);
    // Who writes it knows its stable, and does not read it again.
    kept.delete(placeOf(kind, namespace, stable));
    const at = pathOf({ apiVersion: 'v1', plural }, { namespace, name: stable });
    const present = await kube.get<SourceData>(at);
    const { labels } = metadataOf(stable, 'stable');
    const annotations = { [KEY_ANNOTATION]: keyPrint(digestKey), [TOGETHER_ANNOTATION]: together };
    const body = { ...bodyOf(files), metadata: { name: stable, labels: { ...labels, [POLICY_LABEL]: policy }, annotations } };
    if (present === null) {
      if (files.length > 0) await kube.create(pathOf({ apiVersion: 'v1', plural }, { namespace }), body);
      return null;
    }
    if (!isOurs(present)) return `${kind} ${stable} is not ours, and so pods cannot start on it: rename it, or the source ${name}`;
    const other = present.metadata.labels?.[POLICY_LABEL];
    if (other !== undefined && other !== policy && owner.isRival(other, kind, name))
      return `${kind} ${stable} is what pods of policy ${other} start on: of two policies with the source ${name}, only one has that`;
    const isWritten =
      other === policy &&
      present.metadata.annotations?.[TOGETHER_ANNOTATION] === together &&
      digestOf(filesOf(present), digestKey) === digestOf(files, digestKey);
    if (isWritten) return null;
    await kube.replace(at, { ...body, metadata: { ...body.metadata, resourceVersion: present.metadata.resourceVersion } });
    return null;
  }

  /** Read once for each resourceVersion that the watch tells of. */
  async function read(namespace: string, { kind, name }: Source): Promise<SourceData | null> {
    const stable = stableName(name);
    const place = placeOf(kind, namespace, stable);
    const version = versionOf(kind, namespace, stable);
    const last = kept.get(place);
    if (last !== undefined && last.metadata.resourceVersion === version) return last;
    kept.delete(place);
    if (version === null) return null;
    const object = await kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural: kinds[kind].plural }, { namespace, name: stable }));
    if (object !== null) kept.set(place, object);
    return object;
  }

  function contentOf(kind: SourceKind, name: string, object: SourceData | null): SourceContent {
    if (object === null) return { kind, name, digest: null, files: [] };
    const files = kinds[kind].filesOf(object);
    return { kind, name, digest: digestOf(files, digestKey), files };
  }

  /** Where another key marked them (the operator was installed anew), they have to agree, and are taken at their word. */
  function areTogether(objects: readonly SourceData[], contents: readonly SourceContent[]): boolean {
    const marks = new Set(objects.map(({ metadata }) => metadata.annotations?.[TOGETHER_ANNOTATION]));
    const [mark] = marks;
    if (marks.size !== 1 || mark === undefined) return false;
    const isForeign = objects.every(({ metadata }) => metadata.annotations?.[KEY_ANNOTATION] !== keyPrint(digestKey));
    return isForeign || mark === togetherOf(contents, digestKey);
  }
}

function togetherOf(sources: readonly SourceContent[], digestKey: Buffer): string {
  const files = sources.flatMap(({ kind, name, files: its }): readonly SourceFile[] =>
    its.map(({ key, bytes }) => ({ key: `${kind}/${name}/${key}`, bytes })),
  );
  return digestOf(files, digestKey);
}

function placeOf(kind: SourceKind, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function isOurs({ metadata }: SourceData): boolean {
  return metadata.labels?.[KEPT_LABEL] === 'stable';
}
