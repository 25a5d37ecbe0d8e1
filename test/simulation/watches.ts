import { type Api, type Objects, TABLES, type Table } from './api.ts';

/** What one operator's watches have told it: each is somewhere in the changes of its table, and none skips one. */
export type Watches = { readonly [T in Table]: Watch<Objects[T]> };
export type Watch<O> = { readonly known: Map<string, O>; seen: number };

/** After the first lists, which are whole and fresh. */
export function openWatches(api: Api): Watches {
  return Object.fromEntries(
    TABLES.map((table) => [table, { known: new Map<string, unknown>(api.tables[table]), seen: api.changes[table].length }]),
  ) as unknown as Watches;
}

/** As far as those of a replica that has watched for long. */
export function copyWatches(watches: Watches): Watches {
  return Object.fromEntries(
    TABLES.map((table) => [table, { known: new Map<string, unknown>(watches[table].known), seen: watches[table].seen }]),
  ) as unknown as Watches;
}

export type Told = {
  readonly table: Table;
  readonly key: string;
  readonly before: Objects[Table] | undefined;
  readonly object: Objects[Table] | null;
};

/** The next change of the table; null where there is none. */
export function nextChange(api: Api, watches: Watches, table: Table): Told | null {
  const watch: Watch<unknown> = watches[table];
  const change = api.changes[table][watch.seen];
  if (change === undefined) return null;
  watch.seen++;
  const before = watch.known.get(change.key) as Objects[Table] | undefined;
  if (change.object === null) watch.known.delete(change.key);
  else watch.known.set(change.key, kept(table, change.object, before));
  return { table, before, ...change };
}

/** As the cache does it: of a pod, starts that its status does not name any more are kept. */
function kept(table: Table, object: Objects[Table], before: Objects[Table] | undefined): Objects[Table] {
  if (table !== 'pods' || before === undefined) return object;
  const [pod, last] = [object as Objects['pods'], before as Objects['pods']];
  const starts = [...new Set([...last.containers, ...pod.containers].flatMap((container) => container.starts))].toSorted((a, b) => a - b);
  return { ...pod, containers: pod.containers.map((container) => ({ ...container, starts })) };
}

/** A garbled line closes a watch, and the next list has only what there is now: what came and went between was missed. */
export function listAgain(api: Api, watches: Watches, table: Table): readonly Told[] {
  const watch: Watch<unknown> = watches[table];
  const truth: ReadonlyMap<string, Objects[Table]> = api.tables[table];
  const keys = new Set([...watch.known.keys(), ...truth.keys()]);
  watch.seen = api.changes[table].length;
  return [...keys].flatMap((key): Told[] => {
    const before = watch.known.get(key) as Objects[Table] | undefined;
    const object = truth.get(key) ?? null;
    if (before === object || (before === undefined && object === null)) return [];
    if (object === null) watch.known.delete(key);
    else watch.known.set(key, kept(table, object, before));
    return [{ table, key, before, object }];
  });
}

/** Another API server answers, which lags behind: the last changes are told once more. */
export function goBack(watches: Watches, table: Table, changes: number): void {
  const watch = watches[table];
  watch.seen = Math.max(0, watch.seen - changes);
}

export function isBehind(api: Api, watches: Watches, table: Table): boolean {
  return watches[table].seen < api.changes[table].length;
}
