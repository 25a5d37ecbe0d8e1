import fs from 'node:fs';
import { createFile, digestOf, type Folder, type Folders, folderOf, isCode, pathIn, remove, removeFolder, within } from './folder.ts';
import type { Placed } from './journal.ts';
import { wrongKey } from './key.ts';
import type { FileEntry, SourcePath } from './protocol.ts';

export type Wanted = Omit<Placed, 'folders'> & { readonly sources: readonly SourcePath[] };
export type Staged = { readonly placed: Placed /** What no folder on the disk has. */; readonly lacking: readonly FileEntry[] };

/** Beside the data, for apps that report which revision they run. */
export const REVISION_FILE = '..revision';

/** Makes timestamped folders that nothing points to yet, with those files that `reuse` has on the disk. What cannot be done throws, and leaves nothing behind. */
export function stage(folders: Folders, wanted: Wanted, reuse: readonly Placed[], now: Date): Staged {
  check(folders, wanted);
  const { content, revision, files, sources } = wanted;
  const made: { source: SourcePath; name: string }[] = [];
  const placed: Placed = { content, revision, files, folders: made };
  try {
    for (const source of sources.filter((each) => folders.has(each)))
      made.push({ source, name: makeFolder(folderOf(folders, source), now) });
    for (const { source, name } of made) {
      within(folderOf(folders, source), name, (inner) => {
        fs.fchmodSync(inner.fd, 0o755);
        if (revision !== null) writeWhole(inner, REVISION_FILE, revision, 0o644);
      });
    }
    const lacking = files.filter((file) => !take(folders, placed, file, reuse));
    if (lacking.length === 0) seal(folders, placed);
    return { placed, lacking };
  } catch (error) {
    discard(folders, placed);
    throw error;
  }
}

/** The folders' entries are on the disk, too. */
export function seal(folders: Folders, placed: Placed): void {
  for (const { source, name } of placed.folders) {
    within(folderOf(folders, source), name, (inner) => fs.fsyncSync(inner.fd));
    fs.fsyncSync(folderOf(folders, source).fd);
  }
}

/** Removes what was staged. */
export function discard(folders: Folders, placed: Placed): void {
  for (const { source, name } of placed.folders) {
    try {
      removeFolder(folderOf(folders, source), name);
    } catch {
      // Gone, or kept by what somebody else put into it: `collect` looks again.
    }
  }
}

function check(folders: Folders, { files, sources }: Wanted): void {
  for (const { source, key } of files) {
    const wrong = wrongKey(key);
    if (wrong !== null) throw new Error(`${source}: ${wrong}`);
    if (!sources.includes(source)) throw new Error(`${source} has files, but is not among the sources`);
    if (!folders.has(source))
      throw new Error(`${source} has no folder in this pod: mount a volume at files/${source} in the sidecar and in the app`);
  }
}

/** Such as `..2026_11_24_22_48_33.x7Kq2a`, as the kubelet names its folders. */
function makeFolder(folder: Folder, now: Date): string {
  const timestamp = now.toISOString().slice(0, 19).replace(/[-T:]/g, '_');
  return fs.mkdtempSync(pathIn(folder, `..${timestamp}.`)).slice(pathIn(folder, '').length);
}

/** Links the same bytes that are on the disk already, or makes an empty file. False: they must be fetched. */
function take(folders: Folders, placed: Placed, file: FileEntry, reuse: readonly Placed[]): boolean {
  return inFolder(folders, placed, file.source, (into) => {
    if (file.bytes > 0) return reuse.some((from) => linkTwin(folders, from, file, into));
    writeWhole(into, file.key, '', file.mode);
    return true;
  });
}

function linkTwin(folders: Folders, from: Placed, file: FileEntry, into: Folder): boolean {
  const twin = from.files.find(({ source, sha256, mode }) => source === file.source && sha256 === file.sha256 && mode === file.mode);
  if (twin === undefined) return false;
  try {
    inFolder(folders, from, file.source, (inner) => fs.linkSync(pathIn(inner, twin.key), pathIn(into, file.key)));
    if (digestOf(into, file.key) === file.sha256) return true;
    remove(into, file.key);
  } catch (error) {
    if (isCode(error, 'ENOSPC') || isCode(error, 'EROFS')) throw error;
    remove(into, file.key);
  }
  return false;
}

export function inFolder<T>(folders: Folders, placed: Placed, source: SourcePath, work: (inner: Folder) => T): T {
  const name = placed.folders.find((each) => each.source === source)?.name;
  if (name === undefined) throw new Error(`${source} has no folder for ${placed.revision ?? 'these files'}`);
  return within(folderOf(folders, source), name, work);
}

function writeWhole(folder: Folder, name: string, text: string, mode: number): void {
  const fd = createFile(folder, name);
  try {
    fs.writeSync(fd, text);
    finish(fd, mode);
  } finally {
    fs.closeSync(fd);
  }
}

/** Readable now that it is whole. */
export function finish(fd: number, mode: number): void {
  fs.fchmodSync(fd, mode & 0o777);
  fs.fsyncSync(fd);
}
