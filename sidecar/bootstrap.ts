import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { swap } from './files.ts';
import { eachPiece, type Folder, type Folders, folderOf, openFolder } from './folder.ts';
import type { Placed } from './journal.ts';
import { wrongKey } from './key.ts';
import { contentOf, type FileEntry, type SourcePath } from './protocol.ts';
import { receive } from './receive.ts';
import { discard, stage } from './staging.ts';

/**
 * Lays out the files of the bootstrap volume (`<source>-stable`, mounted by the kubelet below `root`): what a pod boots on when nobody answers.
 * What is missing throws, in the kubelet's words. A source in `optional` may be.
 */
export function bootstrap(folders: Folders, root: string, optional: ReadonlySet<string>, now: Date): Placed {
  const mounts = [...folders.keys()].flatMap((source) => mountOf(source, root, optional));
  const open = mounts.map(({ source, at }) => openFolder(source, at));
  try {
    const files = open.flatMap((folder, i) => (mounts[i]?.keys ?? []).map((key) => entryOf(folder, key)));
    return layOut(folders, new Map(open.map((folder) => [folder.source, folder])), files, now);
  } finally {
    for (const { fd } of open) fs.closeSync(fd);
  }
}

type Mount = { readonly source: SourcePath; readonly at: string; readonly keys: readonly string[] };

function mountOf(source: SourcePath, root: string, optional: ReadonlySet<string>): Mount[] {
  const mounted = path.join(root, source);
  const data = path.join(mounted, '..data');
  // The kubelet may swap while we read: its folder is opened once.
  const at = fs.existsSync(data) ? fs.realpathSync(data) : mounted;
  const keys = fs.existsSync(at) ? fs.readdirSync(at).filter((key) => wrongKey(key) === null) : [];
  if (keys.length > 0) return [{ source, at, keys }];
  if (optional.has(source)) return [];
  const [kind, name] = source.split('/');
  throw new Error(
    `${kind === 'secrets' ? 'secret' : 'configmap'} "${name}" not found: ${mounted} has no files, and the operator has assigned none`,
  );
}

function layOut(folders: Folders, from: Folders, files: readonly FileEntry[], now: Date): Placed {
  const wanted = { content: contentOf(files), revision: null, files, sources: [...folders.keys()] };
  const { placed, lacking } = stage(folders, wanted, [], now);
  const receiver = receive(folders, placed, lacking);
  try {
    for (const { source, key } of lacking) eachPiece(folderOf(from, source), key, (piece) => void receiver.write(piece));
    swap(folders, placed);
    return placed;
  } catch (error) {
    discard(folders, placed);
    throw error;
  } finally {
    receiver.close();
  }
}

function entryOf(folder: Folder, key: string): FileEntry {
  const hash = createHash('sha256');
  let bytes = 0;
  eachPiece(folder, key, (piece) => {
    hash.update(piece);
    bytes += piece.length;
  });
  return { source: folder.source, key, sha256: hash.digest('hex'), bytes, mode: 0o644 };
}
