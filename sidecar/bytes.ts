import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { type Folder, pathIn } from './folder.ts';
import { MAX_REVISION_BYTES } from './protocol.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** A new file, for writing; only its owner reads it until it is whole. */
export function createFile(folder: Folder, name: string): number {
  return fs.openSync(pathIn(folder, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

export function writePiece(fd: number, piece: Uint8Array): void {
  for (let written = 0; written < piece.length; ) written += fs.writeSync(fd, piece, written);
}

/** Readable now that it is whole. Its owner always reads it: that is us, and we digest it again. */
export function finish(fd: number, mode: number): void {
  fs.fchmodSync(fd, (mode & 0o777) | 0o400);
  fs.fsyncSync(fd);
}

/** A new file with what `fill` writes into it. */
export function writeWhole(folder: Folder, name: string, mode: number, fill: (write: (piece: Uint8Array) => void) => void): void {
  const fd = createFile(folder, name);
  try {
    fill((piece) => writePiece(fd, piece));
    finish(fd, mode);
  } finally {
    fs.closeSync(fd);
  }
}

/** A plain file's bytes, piece by piece. One that is longer than all files of a revision is none of ours, and may have no end that anybody would reach. */
export function eachPiece(folder: Folder, name: string, take: (piece: Buffer) => void): void {
  opened(folder, name, (fd) => {
    const piece = Buffer.allocUnsafe(64 * 1024);
    let rest = MAX_REVISION_BYTES;
    for (let length = fs.readSync(fd, piece); length > 0; length = fs.readSync(fd, piece)) {
      rest -= length;
      if (rest < 0) throw new Error(`${name} is longer than a revision may be`);
      take(piece.subarray(0, length));
    }
  });
}

export function sizeOf(folder: Folder, name: string): number {
  return opened(folder, name, (fd) => fs.fstatSync(fd).size);
}

/** For reading. Not a symlink, and neither a FIFO nor a device, which could keep us waiting. */
function opened<T>(folder: Folder, name: string, work: (fd: number) => T): T {
  const fd = fs.openSync(pathIn(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fs.fstatSync(fd).isFile()) throw new Error(`${name} is not a plain file`);
    return work(fd);
  } finally {
    fs.closeSync(fd);
  }
}

export function bytesOf(folder: Folder, name: string): Buffer {
  const pieces: Buffer[] = [];
  eachPiece(folder, name, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

/** sha256 in hex. */
export function digestOf(folder: Folder, name: string): string {
  const hash = createHash('sha256');
  eachPiece(folder, name, (piece) => hash.update(piece));
  return hash.digest('hex');
}
