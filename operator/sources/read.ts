import type { Source } from '../../crds/source.ts';
import { MAX_REVISION_BYTES } from '../../sidecar/protocol.ts';
import type { Kube } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';
import {
  MAX_NAMES_BYTES,
  MAX_REVISION_FILES,
  NAME_FRAME_BYTES,
  type RevisionContent,
  revisionOf,
  type SourceContent,
  type SourceFile,
  sizeOf,
} from './content.ts';
import { digestOf } from './digest.ts';
import { kinds } from './index.ts';
import type { SourceData } from './source-object.ts';

/** What the sources of a policy say now. */
export type Reading =
  | {
      readonly kind: 'present';
      readonly revision: RevisionContent;
      readonly observed: readonly Observed[];
      readonly changedBy: string | null;
    }
  | { readonly kind: 'unknown'; readonly because: string }
  | { readonly kind: 'held'; readonly because: string; readonly observed: readonly Observed[] };

export type Observed = { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string; readonly resourceVersion: string };

/** `versionOf` is the resourceVersion that the watch knows, or null where there is no such object: only what changed is read again. */
export type SourceReader = {
  /** What was read in that namespace is not kept any longer. */
  readonly forget: (namespace: string) => void;
  readonly read: (namespace: string, sources: readonly Source[]) => Promise<Reading>;
};

/** What is kept of a source's object: its text is in its files, and need not be kept twice. */
type ReadObject = { readonly resourceVersion: string; readonly files: readonly SourceFile[]; readonly lastEdit: Edit | null };
type Edit = { readonly manager?: string; readonly time?: string };
/** One for each source; null where it is not there. */
type Objects = readonly (ReadObject | null)[];
type Digested = { readonly objects: Objects; readonly reading: Reading };

export function sourceReader(
  kube: Pick<Kube, 'get'>,
  versionOf: (kind: Source['kind'], namespace: string, name: string) => string | null,
  digestKey: Buffer,
): SourceReader {
  const kept = new Map<string, ReadObject>();
  /** By the first object and what is asked; gone with that object. */
  const readings = new WeakMap<ReadObject, Map<string, Digested>>();

  return { read, forget };

  function forget(namespace: string): void {
    for (const key of kept.keys()) if (key.split('/')[1] === namespace) kept.delete(key);
  }

  async function read(namespace: string, sources: readonly Source[]): Promise<Reading> {
    try {
      const objects = await Promise.all(sources.map((source) => fetchObject(namespace, source)));
      return known(sources, objects);
    } catch (error) {
      // A read error is never a change.
      if (error instanceof KubeError) return { kind: 'unknown', because: error.message };
      throw error;
    }
  }

  /** Digested once, however many passes look at the same objects. */
  function known(sources: readonly Source[], objects: Objects): Reading {
    const first = objects.find((object) => object !== null);
    if (first === undefined) return readingOf(sources, objects, digestKey);
    const ofFirst = readings.get(first) ?? new Map<string, Digested>();
    readings.set(first, ofFirst);
    const asked = JSON.stringify(sources);
    const last = ofFirst.get(asked);
    if (last?.objects.every((object, i) => object === objects[i])) return last.reading;
    const reading = readingOf(sources, objects, digestKey);
    ofFirst.set(asked, { objects, reading });
    return reading;
  }

  /** The watch tells of a change, with no content: the content is read once for each resourceVersion. */
  async function fetchObject(namespace: string, { kind, name }: Source): Promise<ReadObject | null> {
    const key = `${kind}/${namespace}/${name}`;
    const version = versionOf(kind, namespace, name);
    const last = kept.get(key);
    if (version === null) {
      kept.delete(key);
      return null;
    }
    if (last !== undefined && last.resourceVersion === version) return last;
    const { plural, filesOf } = kinds[kind];
    const raw = await kube.get<SourceData>(pathOf({ apiVersion: 'v1', plural }, { namespace, name }));
    if (raw === null) return null;
    const { resourceVersion, managedFields = [] } = raw.metadata;
    const object = { resourceVersion, files: filesOf(raw), lastEdit: lastOf(managedFields) };
    kept.set(key, object);
    return object;
  }
}

function readingOf(sources: readonly Source[], objects: Objects, digestKey: Buffer): Reading {
  const found = sources.map((source, i) => ({ source, object: objects[i] ?? null }));
  const observed = found.flatMap(({ source: { kind, name }, object }) =>
    object === null ? [] : [{ kind, name, resourceVersion: object.resourceVersion }],
  );
  const missing = found
    .filter(({ source, object }) => object === null && !source.optional)
    .map(({ source }) => `${source.kind} ${source.name}`);
  if (missing.length > 0)
    return { kind: 'held', because: `${missing.toSorted().join(', ')} is not there: the fleet stays on what it has`, observed };

  const revision = revisionOf(found.map(({ source, object }) => contentOfSource(source, object, digestKey)));
  const because = tooLarge(revision);
  if (because !== null) return { kind: 'held', because, observed };
  return { kind: 'present', revision, observed, changedBy: changedBy(objects) };
}

/** Null where it fits. */
function tooLarge(revision: RevisionContent): string | null {
  const size = sizeOf(revision);
  if (size > MAX_REVISION_BYTES) return `the sources have ${size} bytes together, and a revision is at most ${MAX_REVISION_BYTES}`;
  const names = revision.files.reduce((sum, { source, key }) => sum + source.length + key.length + NAME_FRAME_BYTES, 0);
  if (revision.files.length <= MAX_REVISION_FILES && names <= MAX_NAMES_BYTES) return null;
  return `the sources have ${revision.files.length} keys together: a revision is at most ${MAX_REVISION_FILES}, fewer where their names are long`;
}

function contentOfSource({ kind, name, keys }: Source, object: ReadObject | null, digestKey: Buffer): SourceContent {
  if (object === null) return { kind, name, digest: null, files: [] };
  const files = object.files.filter(({ key }) => keys === null || keys.includes(key));
  return { kind, name, digest: digestOf(files, digestKey), files };
}

/** Who edited last, as the API server has it: `kubectl-client-side-apply`, `argocd-controller`. */
function changedBy(objects: Objects): string | null {
  return lastOf(objects.flatMap((object) => object?.lastEdit ?? []))?.manager ?? null;
}

function lastOf(edits: readonly Edit[]): Edit | null {
  const [last] = edits.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  return last === undefined
    ? null
    : { ...(last.manager !== undefined && { manager: last.manager }), ...(last.time !== undefined && { time: last.time }) };
}
