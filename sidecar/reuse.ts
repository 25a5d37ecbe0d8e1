import fs from 'node:fs';
import { digestOf, eachPiece, writeWhole } from './bytes.ts';
import { isOfTheDisk } from './disk.ts';
import { pathIn, remove } from './folder.ts';
import { atPlace, type Folders, placesIn } from './folders.ts';
import type { Placed } from './journal.ts';
import type { Place } from './layout.ts';
import type { FileEntry } from './protocol.ts';

/** A file that is on the disk. */
export type Twin = { readonly placed: Placed; readonly place: Place };

/** Puts into each place the bytes that are on the disk already. The rest, each file once, must be fetched. */
export function takeFrom(folders: Folders, placed: Placed, reuse: readonly Placed[]): FileEntry[] {
  const twins = Map.groupBy(
    reuse.flatMap((from) => placesIn(folders, from).map((place) => ({ placed: from, place }))),
    ({ place }) => place.file.sha256,
  );
  const places = Map.groupBy(placesIn(folders, placed), ({ file }) => file);
  return [...places].flatMap(([file, at]) => {
    if (file.bytes === 0) {
      for (const place of at) atPlace(folders, placed, place, (into, name) => writeWhole(into, name, place.mode, () => undefined));
      return [];
    }
    const known = twins.get(file.sha256) ?? [];
    if (at.every((place) => known.toSorted(linksFirst(place)).some((twin) => take(folders, twin, { placed, place })))) return [];
    // Whole or not at all: what is fetched comes into every place of it.
    for (const place of at) atPlace(folders, placed, place, remove);
    return [file];
  });
}

/** Links the same bytes, or copies them into another volume or mode. False: they are not these bytes any more. */
export function take(folders: Folders, from: Twin, to: Twin): boolean {
  try {
    atPlace(folders, from.placed, from.place, (inner, twin) =>
      atPlace(folders, to.placed, to.place, (into, name) => {
        if (isLinkable(from.place, to.place)) fs.linkSync(pathIn(inner, twin), pathIn(into, name));
        else writeWhole(into, name, to.place.mode, (write) => eachPiece(inner, twin, write));
      }),
    );
    if (atPlace(folders, to.placed, to.place, digestOf) === to.place.file.sha256) return true;
  } catch (error) {
    if (isOfTheDisk(error)) throw error;
  }
  atPlace(folders, to.placed, to.place, remove);
  return false;
}

/** One volume is one file system, and a mode belongs to the bytes. */
function isLinkable(from: Place, to: Place): boolean {
  return from.volume === to.volume && from.mode === to.mode;
}

function linksFirst(to: Place): (a: Twin, b: Twin) => number {
  return (a, b) => Number(isLinkable(b.place, to)) - Number(isLinkable(a.place, to));
}
