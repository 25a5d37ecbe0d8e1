import type { FileEntry, SourcePath } from './protocol.ts';

/** A volume of the app that we fill. Its folder is `/fleet/files/<name>`. */
export type Volume = {
  readonly name: string;
  readonly sources: readonly Shown[];
  /** Folders for what the pod mounts inside it. */
  readonly mountPoints?: readonly string[];
};

/** What a volume shows of a source. */
export type Shown = {
  readonly source: SourcePath;
  readonly optional: boolean;
  /** Null: each file's own. */
  readonly mode: number | null;
  /** Null: every key, by its own name. */
  readonly items: readonly Item[] | null;
};

export type Item = { readonly key: string; readonly path: string; readonly mode: number | null };

/** Where a file is shown: `path` is below the volume, such as `sites/default.conf`. */
export type Place = { readonly volume: string; readonly path: string; readonly mode: number; readonly file: FileEntry };

/** In manifests written by hand a volume is named for its one source, and shows all of it. In injected pods it has the name that the pod's spec gives it. */
export function isByHand({ name }: Volume): boolean {
  return name.includes('/');
}

/** All places of these files. Of two sources of one volume with the same path the later one wins, as the kubelet has it. */
export function placesOf(volumes: readonly Volume[], files: readonly FileEntry[]): Place[] {
  const bySource = Map.groupBy(files, ({ source }) => source);
  return volumes.flatMap(({ name, sources }) => {
    const places = new Map<string, Place>();
    for (const shown of sources)
      for (const place of shownOf(shown, bySource.get(shown.source) ?? [])) places.set(place.path, { volume: name, ...place });
    return [...places.values()];
  });
}

function shownOf({ mode, items }: Shown, files: readonly FileEntry[]): Omit<Place, 'volume'>[] {
  if (items === null) return files.map((file) => ({ path: file.key, mode: mode ?? file.mode, file }));
  const byKey = new Map(files.map((file) => [file.key, file]));
  return items.flatMap((item) => {
    const file = byKey.get(item.key);
    return file === undefined ? [] : [{ path: item.path, mode: item.mode ?? mode ?? file.mode, file }];
  });
}

/** The first names of the paths: what a volume's folder shows by a symlink each. */
export function topOf(paths: readonly string[]): Set<string> {
  return new Set(paths.map((path) => path.split('/', 1)[0] ?? path));
}

/** The folders that these paths go through, each after the one that it is in: `a`, `a/b`. */
export function foldersOf(places: readonly Place[]): string[] {
  const folders = places.flatMap(({ path }) => {
    const names = path.split('/').slice(0, -1);
    return names.map((_, i) => names.slice(0, i + 1).join('/'));
  });
  return [...new Set(folders)];
}

/** Missing where a volume requires it: the pod may not start. */
export function isRequired(volumes: readonly Volume[], source: SourcePath): boolean {
  return volumes.some(({ sources }) => sources.some((shown) => shown.source === source && !shown.optional));
}

/** In the kubelet's words: `configmap "web" not found`. */
export function notFound(source: SourcePath): string {
  return `${objectOf(source)} not found`;
}

/** In the kubelet's words, and of which object: `configmap "web" references non-existent config key: a.conf`. */
export function noKey(source: SourcePath, key: string): string {
  return `${objectOf(source)} references non-existent ${source.startsWith('secrets/') ? 'secret' : 'config'} key: ${key}`;
}

function objectOf(source: SourcePath): string {
  const [kind, name] = source.split('/');
  return `${kind === 'secrets' ? 'secret' : 'configmap'} "${name}"`;
}
