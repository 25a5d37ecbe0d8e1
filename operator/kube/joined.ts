import type { Health, Store } from './reflector.ts';

/** As much of a store as several of them have together. */
export type Copy<T> = Pick<Store<T>, 'get' | 'list' | 'synced' | 'isSynced' | 'health'>;

/** One copy of collections that have no object in common, such as the pods of some namespaces. Of none it is empty, and whole. */
export function joined<T>(stores: readonly Copy<T>[]): Copy<T> {
  const synced = Promise.all(stores.map((store) => store.synced)).then(() => {});
  synced.catch(() => {});
  return {
    get: (key) => stores.find((store) => store.get(key) !== undefined)?.get(key),
    list: (namespace) => stores.flatMap((store) => store.list(namespace)),
    synced,
    isSynced: () => stores.every((store) => store.isSynced()),
    health: () => together(stores.map((store) => store.health())),
  };
}

/** The oldest word, the first complaint, and counts of all. */
function together(healths: readonly Health[]): Health {
  const heard = healths.flatMap(({ lastHeardAt }) => lastHeardAt ?? []);
  const sum = (count: (health: Health) => number) => healths.reduce((all, health) => all + count(health), 0);
  return {
    lastHeardAt: heard.length === 0 ? null : Math.min(...heard),
    failing: healths.find(({ failing }) => failing !== null)?.failing ?? null,
    relists: sum(({ relists }) => relists),
    reconnects: sum(({ reconnects }) => reconnects),
    stalls: sum(({ stalls }) => stalls),
    garbled: sum(({ garbled }) => garbled),
    handlerErrors: sum(({ handlerErrors }) => handlerErrors),
  };
}
