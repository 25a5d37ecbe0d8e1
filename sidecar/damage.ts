import { digestOf, sizeOf } from './bytes.ts';
import { isCode } from './folder.ts';
import { atPlace, type Folders, placesIn } from './folders.ts';
import type { Placed } from './journal.ts';
import type { Place } from './layout.ts';

/** What became of these files on the disk: the first that is not what it was. Null: all are there, with the bytes that they had. */
export function damageOf(folders: Folders, placed: Placed): string | null {
  const lost = placed.folders.find(({ volume }) => !folders.has(volume));
  if (lost !== undefined) return `volume ${JSON.stringify(lost.volume)} is not in this pod any more`;
  for (const place of placesIn(folders, placed)) {
    const damage = damageAt(folders, placed, place);
    if (damage !== null) return `volume ${JSON.stringify(place.volume)}: ${JSON.stringify(place.path)} ${damage}`;
  }
  return null;
}

function damageAt(folders: Folders, placed: Placed, place: Place): string | null {
  const { bytes, sha256 } = place.file;
  try {
    const size = atPlace(folders, placed, place, sizeOf);
    if (size !== bytes) return `has ${size} bytes, and had ${bytes}`;
    return atPlace(folders, placed, place, digestOf) === sha256 ? null : 'has other bytes than it had';
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'is missing';
    if (isCode(error, 'ELOOP') || isCode(error, 'ENOTDIR')) return 'is a symlink now, or below one';
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
