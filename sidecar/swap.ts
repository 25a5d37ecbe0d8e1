import fs from 'node:fs';
import { inVolume } from './disk.ts';
import { eachName, type Folder, isFolder, linkTarget, pathIn, remove, removeAll } from './folder.ts';
import { DATA, type Folders, folderOf, placesIn } from './folders.ts';
import type { Placed } from './journal.ts';
import { topOf, type Volume } from './layout.ts';
import { REVISION_FILE } from './staging.ts';

const DATA_TMP = '..data_tmp';

/** A link that is about to take its name. */
type Link = { readonly folder: Volume & Folder; readonly temporary: string; readonly name: string; readonly target: string };

/**
 * Points every volume at these files, one right after the other. The kubelet's layout, so an app cannot tell the difference:
 * `..data` → the timestamped folder, `key` → `..data/key`. A key that is no more really goes. A volume that points at them already is left
 * alone: whoever watches it would be told a second time.
 */
export function swap(folders: Folders, placed: Placed): void {
  const volumes = placed.folders.map(({ volume, name }) => ({
    folder: folderOf(folders, volume),
    name,
    tops: topsOf(folders, placed, volume),
  }));
  const data = volumes
    .filter(({ folder, name }) => linkTarget(folder, DATA) !== name)
    .map(({ folder, name }) => ({ folder, temporary: DATA_TMP, name: DATA, target: name }));
  const keys = volumes.flatMap(({ folder, tops }) => keyLinks(folder, tops));
  // All that may fail for want of space comes before the first rename.
  prepare([...data, ...keys]);
  // Keys come last, so that none is seen before what it points at.
  for (const link of [...data, ...keys]) inVolume(link.folder.name, () => put(link));
  for (const { folder, tops } of volumes) {
    inVolume(folder.name, () => {
      removeOld(folder, tops);
      fs.fsyncSync(folder.fd);
    });
  }
}

/** Is it these files that every volume points at? */
export function areInPlace(folders: Folders, placed: Placed): boolean {
  return placed.folders.every(({ volume, name }) => {
    const folder = folders.get(volume);
    return folder !== undefined && linkTarget(folder, DATA) === name;
  });
}

/** What a swap that was cut off leaves. */
export function isHalfDone(name: string): boolean {
  return name === DATA_TMP || /^\.\.key\d+_tmp$/.test(name);
}

function topsOf(folders: Folders, placed: Placed, volume: string): ReadonlySet<string> {
  const shown = topOf(placesIn(folders, placed, volume).map(({ path }) => path));
  // What is mounted at such a name hides what is shown there, as with the kubelet.
  const tops = shown.difference(topOf(folderOf(folders, volume).mountPoints ?? []));
  return placed.revision === null ? tops : tops.add(REVISION_FILE);
}

function keyLinks(folder: Volume & Folder, tops: ReadonlySet<string>): Link[] {
  return [...tops]
    .map((name) => ({ folder, name, target: `${DATA}/${name}` }))
    .filter(({ name, target }) => linkTarget(folder, name) !== target)
    .map((link, i) => ({ ...link, temporary: `..key${i}_tmp` }));
}

function prepare(links: readonly Link[]): void {
  const made: Link[] = [];
  try {
    for (const link of links) {
      inVolume(link.folder.name, () => make(link));
      made.push(link);
    }
  } catch (error) {
    for (const { folder, temporary } of made) removeAll(folder, temporary);
    throw error;
  }
}

function make(link: Link): void {
  const { folder, temporary, target } = link;
  clearFolder(link);
  removeAll(folder, temporary);
  fs.symlinkSync(target, pathIn(folder, temporary));
}

function put({ folder, temporary, name }: Link): void {
  fs.renameSync(pathIn(folder, temporary), pathIn(folder, name));
}

/** A link takes the place of anything but a folder. One at a name that no key may have is nobody's; another one may be somebody's. */
function clearFolder({ folder, name }: Link): void {
  if (!isFolder(folder, name)) return;
  if (name.startsWith('..')) return removeAll(folder, name);
  throw new Error(
    `volume ${JSON.stringify(folder.name)}: a folder that is not the sidecar's is in the place of ${JSON.stringify(name)}: remove it`,
  );
}

function removeOld(folder: Folder, tops: ReadonlySet<string>): void {
  eachName(folder, (name) => {
    if (!tops.has(name) && linkTarget(folder, name) === `${DATA}/${name}`) remove(folder, name);
  });
}
