import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { SourcePath } from './protocol.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/**
 * A folder that is held open. Names in it are reached through `/proc/self/fd`, so nothing that another container of the pod
 * puts in the way (a symlink in place of a folder) leads out of it.
 */
export type Folder = { readonly source: SourcePath; readonly fd: number };

/** The source folders of this pod. */
export type Folders = ReadonlyMap<SourcePath, Folder>;

export function folderOf(folders: Folders, source: SourcePath): Folder {
  const folder = folders.get(source);
  if (folder === undefined) throw new Error(`${source} has no folder in this pod`);
  return folder;
}

export function openFolder(source: SourcePath, path: string): Folder {
  return { source, fd: fs.openSync(path, O_RDONLY | O_DIRECTORY) };
}

export function pathIn(folder: Folder, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

/** Works in a folder below, which must be a real one and no symlink. */
export function within<T>(folder: Folder, name: string, work: (inner: Folder) => T): T {
  const fd = fs.openSync(pathIn(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    return work({ source: folder.source, fd });
  } finally {
    fs.closeSync(fd);
  }
}

/** A new file, for writing; only its owner reads it until it is whole. */
export function createFile(folder: Folder, name: string): number {
  return fs.openSync(pathIn(folder, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

/** A plain file's bytes, piece by piece. */
export function eachPiece(folder: Folder, name: string, take: (piece: Buffer) => void): void {
  const fd = fs.openSync(pathIn(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fs.fstatSync(fd).isFile()) throw new Error(`${name} is not a plain file`);
    const piece = Buffer.allocUnsafe(64 * 1024);
    for (let length = fs.readSync(fd, piece); length > 0; length = fs.readSync(fd, piece)) take(piece.subarray(0, length));
  } finally {
    fs.closeSync(fd);
  }
}

/** sha256 in hex. */
export function digestOf(folder: Folder, name: string): string {
  const hash = createHash('sha256');
  eachPiece(folder, name, (piece) => hash.update(piece));
  return hash.digest('hex');
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

/** Puts a symlink in place of whatever has that name, in one step. */
export function setLink(folder: Folder, name: string, target: string): void {
  const temporary = `${name.startsWith('..') ? '' : '..'}${name}_tmp`;
  remove(folder, temporary);
  fs.symlinkSync(target, pathIn(folder, temporary));
  try {
    fs.renameSync(pathIn(folder, temporary), pathIn(folder, name));
  } catch (error) {
    remove(folder, temporary);
    throw error;
  }
}

/** A file or symlink; it may be gone already. */
export function remove(folder: Folder, name: string): void {
  try {
    fs.unlinkSync(pathIn(folder, name));
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

/** One of our flat folders. What others may have made below it stays, and keeps it. */
export function removeFolder(folder: Folder, name: string): void {
  within(folder, name, (inner) => {
    for (const file of fs.readdirSync(pathIn(inner, '.'))) fs.unlinkSync(pathIn(inner, file));
  });
  fs.rmdirSync(pathIn(folder, name));
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
