import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { createFile, type Folders } from './folder.ts';
import type { Placed } from './journal.ts';
import type { FileEntry } from './protocol.ts';
import { finish, inFolder, seal } from './staging.ts';

export type Receiver = {
  /** The next bytes, of one file only. True once all files are whole, checked and on the disk. What is wrong with them throws. */
  write(piece: Uint8Array): boolean;
  close(): void;
};

type Open = { readonly file: FileEntry; readonly fd: number; readonly hash: Hash; rest: number };

/** Writes pieces straight to the disk, in the order of `lacking`, and digests them on the way. */
export function receive(folders: Folders, placed: Placed, lacking: readonly FileEntry[]): Receiver {
  const waiting = [...lacking];
  let open: Open | null = null;
  const close = () => {
    if (open !== null) fs.closeSync(open.fd);
    open = null;
  };
  const next = (): Open => {
    const file = waiting.shift();
    if (file === undefined) throw new Error('more bytes came than were asked for');
    const fd = inFolder(folders, placed, file.source, (inner) => createFile(inner, file.key));
    return { file, fd, hash: createHash('sha256'), rest: file.bytes };
  };
  const write = (piece: Uint8Array): boolean => {
    if (piece.length === 0) return false;
    open ??= next();
    take(open, piece);
    if (open.rest > 0) return false;
    close();
    if (waiting.length > 0) return false;
    seal(folders, placed);
    return true;
  };
  return { write, close };
}

function take(open: Open, piece: Uint8Array): void {
  const { file, fd, hash } = open;
  const name = `${file.source}/${file.key}`;
  open.rest -= piece.length;
  if (open.rest < 0) throw new Error(`${name} came with more than its ${file.bytes} bytes`);
  hash.update(piece);
  for (let written = 0; written < piece.length; ) written += fs.writeSync(fd, piece, written);
  if (open.rest > 0) return;
  if (hash.digest('hex') !== file.sha256) throw new Error(`${name} came with other bytes than were announced`);
  finish(fd, file.mode);
}
