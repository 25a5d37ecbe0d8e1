import type { Kube } from '../kube/client.ts';
import { isKube, KubeError } from '../kube/errors.ts';
import { openMade } from '../kube/made.ts';
import { pathOf } from '../kube/paths.ts';
import type { Revision } from '../plan/situation.ts';
import { type RevisionContent, revisionName, revisionOf, type SourceContent, type SourceKind } from './content.ts';
import { digestOf, keyPrint } from './digest.ts';
import { kinds } from './index.ts';
import type { SourceData } from './source-object.ts';

/** On everything that we keep; nothing without it is ever rewritten or collected. */
export const KEPT_LABEL = 'fleetreload.dev/kept';

/** Which key named it: with another one it cannot be digested again. */
export const KEY_ANNOTATION = 'fleetreload.dev/digest-key';

/** What a revision is made of, as status has it. */
export type SourceRef = { readonly kind: SourceKind; readonly name: string; readonly digest?: string | null | undefined };

/** Revisions, content-addressed: an immutable object of the source's own kind for each source and digest. */
export type Revisions = {
  /** Null when all of it is kept, made again where somebody deleted it; a sentence where the API server refuses it, or keeps other bytes there. */
  readonly store: (namespace: string, revision: RevisionContent) => Promise<string | null>;
  /** The bytes are digested again; a sentence where they are gone or other ones. */
  readonly load: (namespace: string, sources: readonly SourceRef[]) => Promise<RevisionContent | string>;
  /** By its bytes and the present key: another one than it has where another key named it. */
  readonly nameOf: (revision: RevisionContent) => Revision;
};

/** `web-config` at 3f2a… is kept in `web-config-3f2a…`. Cut, so that the longest name has room for its digest. */
export function keptName(source: string, digest: string): string {
  return `${source.slice(0, 200).replace(/[-.]+$/, '')}-${digest}`;
}

/** What pods start on while nobody answers. */
export function stableName(source: string): string {
  return `${source.slice(0, 246).replace(/[-.]+$/, '')}-stable`;
}

/** `exists` is what the watch knows, which may be a moment late. */
export function openRevisions(
  kube: Pick<Kube, 'get' | 'create'>,
  digestKey: Buffer,
  exists: (kind: SourceKind, namespace: string, name: string) => boolean,
  now: () => number = Date.now,
): Revisions {
  const made = openMade();

  return {
    store: async (namespace, { sources }) => {
      for (const source of sources) {
        const because = await storeSource(namespace, source);
        if (because !== null) return because;
      }
      return null;
    },
    load: async (namespace, refs) => {
      const loaded = await Promise.all(refs.map((ref) => loadSource(namespace, ref)));
      const gone = loaded.filter((it) => typeof it === 'string');
      return gone.length > 0 ? gone.join('; ') : revisionOf(loaded.filter((it) => typeof it !== 'string'));
    },
    nameOf: ({ sources }) =>
      revisionName(sources.map((source) => (source.digest === null ? source : { ...source, digest: digestOf(source.files, digestKey) }))),
  };

  async function storeSource(namespace: string, { kind, name, digest, files }: SourceContent): Promise<string | null> {
    if (digest === null) return null;
    const kept = keptName(name, digest);
    const { plural, bodyOf } = kinds[kind];
    const place = `${kind}/${namespace}/${kept}`;
    if (exists(kind, namespace, kept)) {
      made.delete(place);
      return null;
    }
    if (made.isRecent(place, now())) return null;
    try {
      await kube.create(pathOf({ apiVersion: 'v1', plural }, { namespace }), {
        ...bodyOf(files),
        immutable: true,
        metadata: { ...metadataOf(kept, 'revision'), annotations: { [KEY_ANNOTATION]: keyPrint(digestKey) } },
      });
      made.add(place, now());
      return null;
    } catch (error) {
      if (isKube(error, 'AlreadyExists')) return await differs(namespace, { kind, name, digest });
      if (error instanceof KubeError && error.kind === 'refusal') return `${kind} ${kept} could not be kept: ${error.message}`;
      throw error;
    }
  }

  async function differs(namespace: string, ref: SourceRef & { digest: string }): Promise<string | null> {
    const kept = await readSource(namespace, ref);
    if (kept?.isAsNamed) return null;
    return `${ref.kind} ${keptName(ref.name, ref.digest)} has other content than its name says: delete it, and it is made anew`;
  }

  async function loadSource(namespace: string, ref: SourceRef): Promise<SourceContent | string> {
    const { kind, name, digest } = ref;
    if (digest == null) return { kind, name, digest: null, files: [] };
    const kept = await readSource(namespace, { kind, name, digest });
    if (kept === null) return `${kind} ${keptName(name, digest)} is gone: somebody deleted a revision that is in use`;
    return kept.isAsNamed ? kept.content : `${kind} ${keptName(name, digest)} has other content than its name says`;
  }

  /** Where another key named it (the operator was installed anew), it is taken at its word: it is ours, and immutable. */
  async function readSource(
    namespace: string,
    { kind, name, digest }: SourceRef & { digest: string },
  ): Promise<{ readonly content: SourceContent; readonly isAsNamed: boolean } | null> {
    const { plural, filesOf } = kinds[kind];
    const object = await kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural }, { namespace, name: keptName(name, digest) }));
    if (object === null) return null;
    const files = filesOf(object);
    const { labels, annotations } = object.metadata;
    const print = annotations?.[KEY_ANNOTATION];
    const isForeign =
      object.immutable === true && labels?.[KEPT_LABEL] === 'revision' && print !== undefined && print !== keyPrint(digestKey);
    return { content: { kind, name, digest, files }, isAsNamed: isForeign || digestOf(files, digestKey) === digest };
  }
}

export function metadataOf(name: string, role: 'revision' | 'stable') {
  return { name, labels: { [KEPT_LABEL]: role, 'app.kubernetes.io/managed-by': 'fleet-reload' } };
}
