import { bytesOf } from './bytes.ts';
import { eachName, linkTarget, removeAll } from './folder.ts';
import { atPlace, DATA, type Folders, isTimestamped, placesIn } from './folders.ts';
import type { Placed } from './journal.ts';
import type { SourcePath } from './protocol.ts';
import { isHalfDone } from './swap.ts';

/** Does any volume show files, whoever put them there? */
export function hasFiles(folders: Folders): boolean {
  return [...folders.values()].some((folder) => linkTarget(folder, DATA) !== null);
}

/** Removes timestamped folders of ours that are neither kept nor in place. */
export function collect(folders: Folders, keep: readonly Placed[]): void {
  for (const [volume, folder] of folders) {
    const kept = keep.flatMap((placed) => placed.folders).filter((each) => each.volume === volume);
    const names = new Set([...kept.map(({ name }) => name), linkTarget(folder, DATA)]);
    eachName(folder, (name) => {
      try {
        if (isHalfDone(name) || (isTimestamped(name) && !names.has(name))) removeAll(folder, name);
      } catch {
        // Somebody else put something there. It costs space, and harms nobody.
      }
    });
  }
}

export function readText(folders: Folders, placed: Placed, source: SourcePath, key: string): string {
  const place = placesIn(folders, placed).find(({ file }) => file.source === source && file.key === key);
  if (place === undefined) throw new Error(`${source}/${key} is shown by no volume of this pod`);
  return atPlace(folders, placed, place, bytesOf).toString('utf8');
}
