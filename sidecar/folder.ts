import fs from 'node:fs';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;

/**
 * A folder that is held open. Names in it are reached through `/proc/self/fd`, so nothing that another container of the pod
 * puts in the way (a symlink in place of a folder) leads out of it.
 */
export type Folder = { readonly fd: number };

/** No path of a file goes through more; what others nest deeper in a folder of ours stays there. */
export const DEEPEST = 64;

export function openFolder(path: string): Folder {
  return { fd: fs.openSync(path, O_RDONLY | O_DIRECTORY) };
}

export function pathIn(folder: Folder, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

/** Works in a folder below, which must be a real one and no symlink. */
export function within<T>(folder: Folder, name: string, work: (inner: Folder) => T): T {
  const fd = fs.openSync(pathIn(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    return work({ fd });
  } finally {
    fs.closeSync(fd);
  }
}

/** Works where `path` ends: in its last folder, which is stepped down to one real folder at a time, with the name that is left. */
export function alongPath<T>(folder: Folder, path: string, work: (inner: Folder, name: string) => T): T {
  const slash = path.indexOf('/');
  if (slash < 0) return work(folder, path);
  return within(folder, path.slice(0, slash), (inner) => alongPath(inner, path.slice(slash + 1), work));
}

/** One after the other, since somebody may have put a hundred thousand beside ours. */
export function eachName(folder: Folder, take: (name: string) => void): void {
  const dir = fs.opendirSync(pathIn(folder, '.'));
  try {
    for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) take(entry.name);
  } finally {
    dir.closeSync();
  }
}

/** Where a symlink points; null where there is none. */
export function linkTarget(folder: Folder, name: string): string | null {
  try {
    return fs.readlinkSync(pathIn(folder, name));
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'EINVAL')) return null;
    throw error;
  }
}

/** A real one: a symlink to a folder is none. */
export function isFolder(folder: Folder, name: string): boolean {
  return fs.lstatSync(pathIn(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A file or symlink; it may be gone already. */
export function remove(folder: Folder, name: string): void {
  try {
    fs.unlinkSync(pathIn(folder, name));
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

/** Whatever it is, and with all that is in it, whoever put it there. */
export function removeAll(folder: Folder, name: string, depth = 0): void {
  try {
    return remove(folder, name);
  } catch (error) {
    // What unlink says of a folder, on one file system or another; EPERM it says of what nobody may remove, too.
    const isOfFolders = isCode(error, 'EISDIR') || isCode(error, 'EPERM');
    if (!isOfFolders || !isFolder(folder, name)) throw error;
  }
  if (depth > DEEPEST) throw new Error(`${name} lies deeper than ${DEEPEST} folders`);
  within(folder, name, (inner) => eachName(inner, (each) => removeAll(inner, each, depth + 1)));
  fs.rmdirSync(pathIn(folder, name));
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
