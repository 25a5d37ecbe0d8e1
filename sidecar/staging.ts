import fs from 'node:fs';
import { writeWhole } from './bytes.ts';
import { inVolume } from './disk.ts';
import { unfit, type Wanted as Fitting } from './fit.ts';
import { alongPath, type Folder, linkTarget, pathIn, removeAll, within } from './folder.ts';
import { DATA, type Folders, folderOf, inFolder, placesIn } from './folders.ts';
import type { Placed } from './journal.ts';
import { foldersOf, isByHand, type Volume } from './layout.ts';
import type { FileEntry } from './protocol.ts';
import { takeFrom } from './reuse.ts';

export type Wanted = Omit<Placed, 'folders'> & Fitting;
export type Staged = { readonly placed: Placed /** What no folder on the disk has. */; readonly lacking: readonly FileEntry[] };

/** Beside the data, for apps that report which revision they run. */
export const REVISION_FILE = '..revision';

/** Makes timestamped folders that nothing points to yet, with those files that `reuse` has on the disk. What cannot be done throws, and leaves nothing behind. */
export function stage(folders: Folders, wanted: Wanted, reuse: readonly Placed[], now: Date): Staged {
  const volumes = [...folders.values()].filter((volume) => isConcerned(volume, wanted));
  const because = unfit([...folders.values()], volumes, wanted);
  if (because !== null) throw new Error(because);
  const { content, revision, files } = wanted;
  const made: { volume: string; name: string }[] = [];
  const placed: Placed = { content, revision, files, folders: made };
  try {
    for (const volume of volumes) made.push({ volume: volume.name, name: makeFolder(volume, now) });
    for (const volume of volumes) furnish(folders, placed, volume);
    const lacking = takeFrom(folders, placed, reuse);
    if (lacking.length === 0) seal(folders, placed);
    return { placed, lacking };
  } catch (error) {
    discard(folders, placed);
    throw error;
  }
}

/** A volume whose sources the policy has no longer stays as it is. One that never had files is not left so in silence. */
function isConcerned(volume: Volume & Folder, { sources }: Wanted): boolean {
  if (volume.sources.some(({ source }) => sources.includes(source))) return true;
  return !isByHand(volume) && linkTarget(volume, DATA) === null;
}

function makeFolder(folder: Volume & Folder, now: Date): string {
  const timestamp = now.toISOString().slice(0, 19).replace(/[-T:]/g, '_');
  return inVolume(folder.name, () => fs.mkdtempSync(pathIn(folder, `..${timestamp}.`))).slice(pathIn(folder, '').length);
}

/** The folders that its files are in, and the revision's name. */
function furnish(folders: Folders, placed: Placed, volume: Volume & Folder): void {
  const { revision } = placed;
  // A pod's fsGroup reaches all below by the setgid bit, as in a volume of the kubelet.
  const mode = 0o755 | (fs.fstatSync(volume.fd).mode & 0o2000);
  inFolder(folders, placed, volume.name, (inner) => {
    fs.fchmodSync(inner.fd, mode);
    if (revision !== null) writeWhole(inner, REVISION_FILE, 0o644, (write) => write(Buffer.from(revision)));
    for (const path of foldersOf(placesIn(folders, placed, volume.name))) {
      alongPath(inner, path, (into, name) => {
        fs.mkdirSync(pathIn(into, name), 0o700);
        within(into, name, (made) => fs.fchmodSync(made.fd, mode));
      });
    }
  });
}

/** The folders' entries are on the disk, too. */
export function seal(folders: Folders, placed: Placed): void {
  for (const { volume } of placed.folders) {
    inFolder(folders, placed, volume, (inner) => {
      for (const path of foldersOf(placesIn(folders, placed, volume)))
        alongPath(inner, path, (into, name) => within(into, name, ({ fd }) => fs.fsyncSync(fd)));
      fs.fsyncSync(inner.fd);
    });
    inVolume(volume, () => fs.fsyncSync(folderOf(folders, volume).fd));
  }
}

/** Removes what was staged. */
export function discard(folders: Folders, placed: Placed): void {
  for (const { volume, name } of placed.folders) {
    try {
      removeAll(folderOf(folders, volume), name);
    } catch {
      // Gone, or kept by what somebody else put into it: `collect` looks again.
    }
  }
}
