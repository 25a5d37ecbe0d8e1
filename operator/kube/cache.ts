import type { KubeObject } from './watch-events.ts';

/** What became different. Under one key, an object that was replaced by another (another uid) is removed, then added. */
export type Change<T> =
  | { readonly kind: 'added'; readonly key: string; readonly object: T }
  | { readonly kind: 'changed'; readonly key: string; readonly object: T; readonly before: T }
  | { readonly kind: 'removed'; readonly key: string; readonly object: T };

export type Cache<R, T> = {
  readonly get: (key: string) => T | undefined;
  /** Of one namespace, or of all. */
  readonly list: (namespace?: string) => readonly T[];
  readonly put: (object: R) => void;
  readonly drop: (object: R) => void;
  /** After a list: what it did not name is gone. */
  readonly keepOnly: (keys: ReadonlySet<string>) => void;
};

/** `namespace/name`; a cluster-wide object's key is its name. */
export function keyOf({ metadata: { namespace, name } }: { metadata: { namespace?: string | undefined; name: string } }): string {
  return namespace ? `${namespace}/${name}` : name;
}

type Kept<T> = { readonly uid: string; readonly version: string; readonly object: T };

/**
 * The stripped objects of one reflector. An object that is told again with the same uid and resourceVersion is no change. `before` is what
 * was kept of the same uid.
 */
export function openCache<R extends KubeObject, T>(strip: (object: R, before?: T) => T, tell: (change: Change<T>) => void): Cache<R, T> {
  // By namespace, then by key: what concerns one namespace does not look through the objects of all.
  const kept = new Map<string, Map<string, Kept<T>>>();
  const find = (key: string) => kept.get(namespaceOf(key))?.get(key);

  const remove = (key: string) => {
    const namespace = namespaceOf(key);
    const its = kept.get(namespace);
    const last = its?.get(key);
    if (!its || !last) return;
    its.delete(key);
    if (its.size === 0) kept.delete(namespace);
    tell({ kind: 'removed', key, object: last.object });
  };

  return {
    get: (key) => find(key)?.object,
    list: (namespace) => {
      const chosen = namespace === undefined ? kept.values() : [kept.get(namespace) ?? new Map<string, Kept<T>>()];
      const objects: T[] = [];
      for (const its of chosen) for (const { object } of its.values()) objects.push(object);
      return objects;
    },
    put: (raw) => {
      const { uid, resourceVersion: version } = raw.metadata;
      const key = keyOf(raw);
      const last = find(key);
      if (last?.uid === uid && last.version === version) return;
      const object = strip(raw, last?.uid === uid ? last.object : undefined);
      if (last && last.uid !== uid) remove(key);
      const namespace = namespaceOf(key);
      const its = kept.get(namespace) ?? new Map<string, Kept<T>>();
      kept.set(namespace, its.set(key, { uid, version, object }));
      tell(last?.uid === uid ? { kind: 'changed', key, object, before: last.object } : { kind: 'added', key, object });
    },
    drop: (raw) => {
      const key = keyOf(raw);
      if (find(key)?.uid === raw.metadata.uid) remove(key);
    },
    keepOnly: (keys) => {
      for (const its of kept.values()) for (const key of its.keys()) if (!keys.has(key)) remove(key);
    },
  };
}

/** '' for a cluster-wide object. */
function namespaceOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')));
}
