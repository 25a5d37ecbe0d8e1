import path from 'node:path';
import { inVolume } from './disk.ts';
import { alongPath, type Folder, isCode, openFolder, within } from './folder.ts';
import type { Placed } from './journal.ts';
import { type Place, placesOf, type Volume } from './layout.ts';

/** The folders of this pod's volumes, by the volume's name. */
export type Folders = ReadonlyMap<string, Volume & Folder>;

/** In each volume's folder, the symlink to the timestamped folder that is in place. */
export const DATA = '..data';

/** Such as `..2026_11_24_22_48_33.x7Kq2a`, as the kubelet names the folders of its revisions. */
export function isTimestamped(name: string): boolean {
  return /^\.\.\d{4}(_\d\d){5}\./.test(name);
}

/** Holds the folder of each volume open. */
export function openFolders(root: string, volumes: readonly Volume[]): Folders {
  return new Map(volumes.map((volume) => [volume.name, { ...volume, ...openVolume(volume.name, path.join(root, volume.name)) }]));
}

function openVolume(name: string, at: string): Folder {
  try {
    return openFolder(at);
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new Error(`volume ${name} is not mounted in the sidecar: it belongs at ${at}`, { cause: error });
    throw error;
  }
}

export function folderOf(folders: Folders, volume: string): Volume & Folder {
  const folder = folders.get(volume);
  if (folder === undefined) throw new Error(`${volume} has no folder in this pod`);
  return folder;
}

/** Where the volumes that were laid out, or one of them, show these files. */
export function placesIn(folders: Folders, placed: Placed, volume?: string): Place[] {
  const names = new Set(volume === undefined ? placed.folders.map((each) => each.volume) : [volume]);
  return placesOf(
    [...folders.values()].filter(({ name }) => names.has(name)),
    placed.files,
  );
}

/** Works in the timestamped folder that these files have in that volume. */
export function inFolder<T>(folders: Folders, placed: Placed, volume: string, work: (inner: Folder) => T): T {
  const name = placed.folders.find((each) => each.volume === volume)?.name;
  if (name === undefined) throw new Error(`${volume} has no folder for ${placed.revision ?? 'these files'}`);
  return inVolume(volume, () => within(folderOf(folders, volume), name, work));
}

/** Works where a file is shown: with the folder that it is in, and its name there. */
export function atPlace<T>(folders: Folders, placed: Placed, { volume, path: to }: Place, work: (inner: Folder, name: string) => T): T {
  return inFolder(folders, placed, volume, (inner) => alongPath(inner, to, work));
}
