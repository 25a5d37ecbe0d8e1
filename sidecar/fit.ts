import { wrongKey } from './key.ts';
import { foldersOf, isByHand, noKey, notFound, type Place, placesOf, type Volume } from './layout.ts';
import type { FileEntry, Handle, SourcePath } from './protocol.ts';

/** A revision's files, and how the app proves that it runs them. */
export type Wanted = {
  readonly files: readonly FileEntry[];
  readonly sources: readonly SourcePath[];
  readonly handle?: Handle;
};

/** What keeps this pod's volumes from showing these files, in the kubelet's words where it has some. `concerned`: those that are to change. Null: nothing. */
export function unfit(volumes: readonly Volume[], concerned: readonly Volume[], wanted: Wanted): string | null {
  const places = placesOf(volumes, wanted.files);
  return wrongFile(volumes, wanted) ?? lacking(concerned, wanted) ?? crossed(places) ?? unseen(places, wanted);
}

function wrongFile(volumes: readonly Volume[], { files, sources }: Wanted): string | null {
  const seen = new Set<string>();
  for (const { source, key } of files) {
    const wrong = wrongKey(key);
    if (wrong !== null) return `${source}: ${wrong}`;
    if (!sources.includes(source)) return `${source} has files, but is not among the sources`;
    // A pod that was injected shows what its volumes named; by hand, a source without a folder is one that was forgotten.
    if (volumes.every(isByHand) && !volumes.some(({ name }) => name === source))
      return `${source} has no folder in this pod: mount a volume at files/${source} in the sidecar and in the app`;
    if (seen.has(`${source}/${key}`)) return `${source}: key ${JSON.stringify(key)} is there twice`;
    seen.add(`${source}/${key}`);
  }
  return null;
}

function lacking(volumes: readonly Volume[], { files, sources }: Wanted): string | null {
  const keys = new Set(files.map(({ source, key }) => `${source}/${key}`));
  for (const volume of volumes.filter((each) => !isByHand(each))) {
    const at = `volume ${JSON.stringify(volume.name)}:`;
    for (const { source, items } of volume.sources.filter(({ optional }) => !optional)) {
      if (!sources.includes(source)) return `${at} ${notFound(source)} among the sources of the policy`;
      const missing = items?.find(({ key }) => !keys.has(`${source}/${key}`));
      if (missing !== undefined) return `${at} ${noKey(source, missing.key)}`;
    }
  }
  return null;
}

/** One path cannot be a file and a folder. */
function crossed(places: readonly Place[]): string | null {
  const folders = new Set(places.flatMap((place) => foldersOf([place]).map((folder) => `${place.volume}/${folder}`)));
  const both = places.find(({ volume, path }) => folders.has(`${volume}/${path}`));
  return both === undefined
    ? null
    : `volume ${JSON.stringify(both.volume)}: ${JSON.stringify(both.path)} is a file, and a folder of another one`;
}

/** What no volume shows is not kept, and the app cannot know it. */
function unseen(places: readonly Place[], { files, handle }: Wanted): string | null {
  const verify = handle?.verify;
  if (verify?.kind !== 'http' || verify.equals === 'Revision') return null;
  const { source, key } = verify.equals;
  const isIt = (file: FileEntry) => file.source === source && file.key === key;
  if (!files.some(isIt) || places.some(({ file }) => isIt(file))) return null;
  return `verify compares with ${source}/${key}, which no volume of this pod shows: name the key in a volume's items`;
}
