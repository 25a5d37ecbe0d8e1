import fs from 'node:fs';
import path from 'node:path';
import {
  digestOf,
  eachPiece,
  type Folder,
  type Folders,
  folderOf,
  linkTarget,
  openFolder,
  pathIn,
  remove,
  removeFolder,
  setLink,
} from './folder.ts';
import type { Placed } from './journal.ts';
import { isSourcePath } from './key.ts';
import type { SourcePath } from './protocol.ts';
import { inFolder, REVISION_FILE } from './staging.ts';

const DATA = '..data';
const DATA_TMP = '..data_tmp';

/** Holds open each folder `configmaps/NAME` and `secrets/NAME` below `root`: those are the sources of this pod. */
export function openFolders(root: string): Folders {
  const sources = ['configmaps', 'secrets'].flatMap((kind) => namesIn(path.join(root, kind)).map((name) => `${kind}/${name}`));
  return new Map(sources.filter(isSourcePath).map((source) => [source, openFolder(source, path.join(root, source))]));
}

function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/**
 * Points every source at these files, one right after the other. The kubelet's layout, so an app cannot tell the difference:
 * `..data` → the timestamped folder, `key` → `..data/key`. A key that is no more really goes. A source that points at them already is left
 * alone: whoever watches it would be told a second time.
 */
export function swap(folders: Folders, placed: Placed): void {
  const targets = placed.folders.map(({ source, name }) => ({ folder: folderOf(folders, source), name, source }));
  const moving = targets.filter(({ folder, name }) => linkTarget(folder, DATA) !== name);
  for (const { folder, name } of moving) {
    remove(folder, DATA_TMP);
    fs.symlinkSync(name, pathIn(folder, DATA_TMP));
  }
  for (const { folder } of moving) fs.renameSync(pathIn(folder, DATA_TMP), pathIn(folder, DATA));
  for (const { folder, source } of targets) {
    linkKeys(folder, placed, source);
    fs.fsyncSync(folder.fd);
  }
}

function linkKeys(folder: Folder, placed: Placed, source: SourcePath): void {
  const keys = new Set(placed.files.filter((file) => file.source === source).map(({ key }) => key));
  if (placed.revision !== null) keys.add(REVISION_FILE);
  for (const key of keys) if (linkTarget(folder, key) !== `${DATA}/${key}`) setLink(folder, key, `${DATA}/${key}`);
  for (const name of fs.readdirSync(pathIn(folder, '.'))) {
    if (!keys.has(name) && linkTarget(folder, name) === `${DATA}/${name}`) remove(folder, name);
  }
}

/** Are these files on the disk, with the bytes that they had? */
export function areIntact(folders: Folders, placed: Placed): boolean {
  try {
    return placed.files.every(({ source, key, sha256 }) => inFolder(folders, placed, source, (inner) => digestOf(inner, key)) === sha256);
  } catch {
    return false;
  }
}

/** Is it these files that every source points at? */
export function areInPlace(folders: Folders, placed: Placed): boolean {
  return placed.folders.every(({ source, name }) => {
    const folder = folders.get(source);
    return folder !== undefined && linkTarget(folder, DATA) === name;
  });
}

/** Does any source point at files, whoever put them there? */
export function hasFiles(folders: Folders): boolean {
  return [...folders.values()].some((folder) => linkTarget(folder, DATA) !== null);
}

/** Removes timestamped folders of ours that are neither kept nor in place. */
export function collect(folders: Folders, keep: readonly Placed[]): void {
  for (const [source, folder] of folders) {
    const kept = keep.flatMap((placed) => placed.folders).filter((each) => each.source === source);
    const names = new Set([...kept.map(({ name }) => name), linkTarget(folder, DATA)]);
    for (const name of fs.readdirSync(pathIn(folder, '.'))) {
      if (!/^\.\.\d{4}(_\d\d){5}\./.test(name) || names.has(name)) continue;
      try {
        removeFolder(folder, name);
      } catch {
        // Somebody else put something into it. It costs space, and harms nobody.
      }
    }
    remove(folder, DATA_TMP);
  }
}

export function readText(folders: Folders, placed: Placed, source: SourcePath, key: string): string {
  return inFolder(folders, placed, source, (inner) => {
    const pieces: Buffer[] = [];
    eachPiece(inner, key, (piece) => pieces.push(Buffer.from(piece)));
    return Buffer.concat(pieces).toString('utf8');
  });
}
