import fs from 'node:fs';
import { alongPath, type Folder, isCode, pathIn } from './folder.ts';
import type { Volume } from './layout.ts';

/** Makes the folders for what the pod mounts inside a volume, as the kubelet does in its own: read-only as it is there, nobody else can. */
export function makeMountPoints(folder: Volume & Folder): void {
  for (const path of folder.mountPoints ?? []) {
    const names = path.split('/');
    for (const i of names.keys()) alongPath(folder, names.slice(0, i + 1).join('/'), makeFolder);
  }
}

function makeFolder(inner: Folder, name: string): void {
  try {
    fs.mkdirSync(pathIn(inner, name), 0o755);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}
