import fs from 'node:fs';
import { inVolume } from './disk.ts';
import { alongPath, type Folder, isCode, pathIn } from './folder.ts';
import type { Folders } from './folders.ts';
import { reasonOf } from './sentence.ts';

/**
 * Makes the folders for what the pod mounts inside its volumes, as the kubelet does in its own: read-only as they are there, nobody else can.
 * What cannot be made is said, and is no reason to hold the pod: a container that mounts it says the rest.
 */
export function makeMountPoints(folders: Folders, say: (because: string) => void): void {
  for (const folder of folders.values()) {
    for (const path of folder.mountPoints ?? []) {
      try {
        inVolume(folder.name, () => makeFolders(folder, path));
      } catch (error) {
        say(`nothing can be mounted at ${JSON.stringify(path)}: ${reasonOf(error)}`);
      }
    }
  }
}

function makeFolders(folder: Folder, path: string): void {
  const names = path.split('/');
  for (const i of names.keys()) alongPath(folder, names.slice(0, i + 1).join('/'), makeFolder);
}

function makeFolder(inner: Folder, name: string): void {
  try {
    fs.mkdirSync(pathIn(inner, name), 0o755);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}
