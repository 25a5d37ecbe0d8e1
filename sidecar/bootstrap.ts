import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { eachPiece } from './bytes.ts';
import { type Folder, openFolder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Placed } from './journal.ts';
import { wrongKey } from './key.ts';
import { isByHand, isRequired, notFound } from './layout.ts';
import { contentOf, type FileEntry, type SourcePath } from './protocol.ts';
import { receive } from './receive.ts';
import { discard, stage } from './staging.ts';
import { swap } from './swap.ts';
import { volumesByHand } from './volumes.ts';

/**
 * Lays out the files of the bootstrap volume (`<source>-stable`, mounted by the kubelet below `root`): what a pod boots on when nobody answers.
 * What is missing throws, in the kubelet's words. A source that is optional may be.
 */
export function bootstrap(folders: Folders, root: string, now: Date): Placed {
  const volumes = [...folders.values()];
  const sources = sourcesOf(folders, root);
  const mounts = sources.flatMap((source) => mountOf(source, root, isRequired(volumes, source)));
  const open = new Map(mounts.map(({ source, at }) => [source, openFolder(at)]));
  try {
    const files = mounts.flatMap(({ source, keys }) => keys.map((key) => entryOf(source, folderFor(open, source), key)));
    return layOut(folders, open, { content: contentOf(files), revision: null, files, sources }, now);
  } finally {
    for (const { fd } of open.values()) fs.closeSync(fd);
  }
}

/** Those of the volumes. An injected pod has those of the policy that no volume shows as well: they are part of the content. */
function sourcesOf(folders: Folders, root: string): SourcePath[] {
  const volumes = [...folders.values()];
  const shown = volumes.flatMap(({ sources }) => sources.map(({ source }) => source));
  const mounted = volumes.every(isByHand)
    ? []
    : volumesByHand(root, new Set()).flatMap(({ sources }) => sources.map(({ source }) => source));
  return [...new Set([...shown, ...mounted])];
}

type Mount = { readonly source: SourcePath; readonly at: string; readonly keys: readonly string[] };
type Open = ReadonlyMap<SourcePath, Folder>;

function mountOf(source: SourcePath, root: string, required: boolean): Mount[] {
  const mounted = path.join(root, source);
  const data = path.join(mounted, '..data');
  // The kubelet may swap while we read: its folder is opened once.
  const at = fs.existsSync(data) ? fs.realpathSync(data) : mounted;
  const keys = fs.existsSync(at) ? fs.readdirSync(at).filter((key) => wrongKey(key) === null) : [];
  if (keys.length > 0) return [{ source, at, keys }];
  if (!required) return [];
  throw new Error(`${notFound(source)}: ${mounted} has no files`);
}

function layOut(folders: Folders, from: Open, wanted: Omit<Placed, 'folders'> & { sources: readonly SourcePath[] }, now: Date): Placed {
  const { placed, lacking } = stage(folders, wanted, [], now);
  const receiver = receive(folders, placed, lacking);
  try {
    for (const { source, key } of lacking) eachPiece(folderFor(from, source), key, (piece) => void receiver.write(piece));
    swap(folders, placed);
    return placed;
  } catch (error) {
    discard(folders, placed);
    throw error;
  } finally {
    receiver.close();
  }
}

function folderFor(open: Open, source: SourcePath): Folder {
  const folder = open.get(source);
  if (folder === undefined) throw new Error(`${source} is not mounted`);
  return folder;
}

function entryOf(source: SourcePath, folder: Folder, key: string): FileEntry {
  const hash = createHash('sha256');
  let bytes = 0;
  eachPiece(folder, key, (piece) => {
    hash.update(piece);
    bytes += piece.length;
  });
  return { source, key, sha256: hash.digest('hex'), bytes, mode: 0o644 };
}
