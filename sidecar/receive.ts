import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import { createFile, finish, writePiece } from './bytes.ts';
import { atPlace, type Folders, placesIn } from './folders.ts';
import { inVolume } from './disk.ts';
import type { Placed } from './journal.ts';
import type { Place } from './layout.ts';
import type { FileEntry } from './protocol.ts';
import { take } from './reuse.ts';
import { seal } from './staging.ts';

export type Receiver = {
  /** The next bytes, of one file only. True once all files are whole, checked and on the disk. What is wrong with them throws. */
  write(piece: Uint8Array): boolean;
  close(): void;
};

type Open = { readonly file: FileEntry; readonly place: Place; readonly fd: number; readonly hash: Hash; rest: number };

/** Writes pieces straight to the disk, in the order of `lacking`, and digests them on the way. What several places show is copied there. */
export function receive(folders: Folders, placed: Placed, lacking: readonly FileEntry[]): Receiver {
  const waiting = [...lacking];
  const places = Map.groupBy(placesIn(folders, placed), ({ file }) => nameOf(file));
  let open: Open | null = null;
  const close = () => {
    if (open !== null) fs.closeSync(open.fd);
    open = null;
  };
  const next = (): Open => {
    const file = waiting.shift();
    if (file === undefined) throw new Error('more bytes came than were asked for');
    const place = places.get(nameOf(file))?.[0];
    if (place === undefined) throw new Error(`${nameOf(file)} is shown by no volume of this pod`);
    const fd = atPlace(folders, placed, place, createFile);
    return { file, place, fd, hash: createHash('sha256'), rest: file.bytes };
  };
  const copy = ({ file, place }: Open): void => {
    for (const to of places.get(nameOf(file)) ?? []) {
      if (to !== place && !take(folders, { placed, place }, { placed, place: to }))
        throw new Error(`${nameOf(file)} was changed on the disk while it was copied to ${to.volume}`);
    }
  };
  const write = (piece: Uint8Array): boolean => {
    if (piece.length === 0) return false;
    open ??= next();
    const now = open;
    inVolume(now.place.volume, () => add(now, piece));
    if (now.rest > 0) return false;
    close();
    copy(now);
    if (waiting.length > 0) return false;
    seal(folders, placed);
    return true;
  };
  return { write, close };
}

function add(open: Open, piece: Uint8Array): void {
  const { file, place, fd, hash } = open;
  open.rest -= piece.length;
  if (open.rest < 0) throw new Error(`${nameOf(file)} came with more than its ${file.bytes} bytes`);
  hash.update(piece);
  writePiece(fd, piece);
  if (open.rest > 0) return;
  if (hash.digest('hex') !== file.sha256) throw new Error(`${nameOf(file)} came with other bytes than were announced`);
  finish(fd, place.mode);
}

function nameOf({ source, key }: FileEntry): string {
  return `${source}/${key}`;
}
