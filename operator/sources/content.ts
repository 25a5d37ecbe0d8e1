import { createHash } from 'node:crypto';
import { contentOf, type FileEntry, type SourcePath } from '../../sidecar/protocol.ts';
import type { Revision } from '../plan/situation.ts';

export type SourceKind = 'ConfigMap' | 'Secret';

export type SourceFile = { readonly key: string; readonly bytes: Buffer };

/** What one source said when it was read. An optional source that is not there has no digest and no files. */
export type SourceContent = {
  readonly kind: SourceKind;
  readonly name: string;
  /** 16 hex digits; a Secret's is keyed. */
  readonly digest: string | null;
  readonly files: readonly SourceFile[];
};

/** The content of all sources of a policy at one moment. */
export type RevisionContent = {
  readonly name: Revision;
  /** What sidecars compare: `contentOf(files)`. Not keyed, and so never shown. */
  readonly content: string;
  readonly sources: readonly SourceContent[];
  readonly files: readonly FileEntry[];
  readonly bytes: (file: FileEntry) => Buffer;
};

/** A sidecar names the files that it wants in one frame of 64 KiB. */
export const MAX_REVISION_FILES = 350;
export const MAX_NAMES_BYTES = 60 * 1024;
/** What a name costs there beside its own length. */
export const NAME_FRAME_BYTES = 32;

/** As the kubelet gives files that name no mode of their own. */
const FILE_MODE = 0o644;

export function revisionOf(sources: readonly SourceContent[]): RevisionContent {
  const bytesOf = new Map<string, Buffer>();
  const files = sources.flatMap((source) =>
    source.files.map(({ key, bytes }): FileEntry => {
      const path = pathOfSource(source);
      bytesOf.set(`${path}/${key}`, bytes);
      return { source: path, key, sha256: sha256(bytes), bytes: bytes.length, mode: FILE_MODE };
    }),
  );
  return {
    name: revisionName(sources),
    content: contentOf(files),
    sources,
    files,
    bytes: ({ source, key }) => bytesOf.get(`${source}/${key}`) ?? Buffer.alloc(0),
  };
}

type Named = Pick<SourceContent, 'kind' | 'name'> & { readonly digest?: string | null | undefined };

/** Made of the sources' digests, in no order: equal content is an equal revision. */
export function revisionName(sources: readonly Named[]): Revision {
  const lines = sources.map(({ kind, name, digest }) => `${kind}/${name} ${digest ?? '-'}\n`).toSorted();
  return sha256(lines.join('')).slice(0, 16);
}

export function sizeOf({ files }: RevisionContent): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

export function pathOfSource({ kind, name }: { readonly kind: SourceKind; readonly name: string }): SourcePath {
  return kind === 'ConfigMap' ? `configmaps/${name}` : `secrets/${name}`;
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
