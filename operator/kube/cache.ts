import type { KubeObject } from './watch-events.ts';

/** What became different. Under one key, an object that was replaced by another (another uid) is removed, then added. */
export type Change<T> =
  | { readonly kind: 'added'; readonly key: string; readonly object: T }
  | { readonly kind: 'changed'; readonly key: string; readonly object: T; readonly before: T }
  | { readonly kind: 'removed'; readonly key: string; readonly object: T };

export type Cache<R, T> = {
  readonly get: (key: string) => T | undefined;
  readonly list: () => readonly T[];
  readonly put: (object: R) => void;
  readonly drop: (object: R) => void;
  /** After a list: what it did not name is gone. */
  readonly keepOnly: (keys: ReadonlySet<string>) => void;
};

/** `namespace/name`; a cluster-wide object's key is its name. */
export function keyOf({ metadata: { namespace, name } }: { metadata: { namespace?: string | undefined; name: string } }): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** The stripped objects of one reflector. An object that is told again with the same uid and resourceVersion is no change. */
export function openCache<R extends KubeObject, T>(strip: (object: R) => T, tell: (change: Change<T>) => void): Cache<R, T> {
  const kept = new Map<string, { readonly uid: string; readonly version: string; readonly object: T }>();

  const remove = (key: string) => {
    const last = kept.get(key);
    if (!last) return;
    kept.delete(key);
    tell({ kind: 'removed', key, object: last.object });
  };

  return {
    get: (key) => kept.get(key)?.object,
    list: () => Array.from(kept.values(), ({ object }) => object),
    put: (raw) => {
      const { uid, resourceVersion: version } = raw.metadata;
      const key = keyOf(raw);
      const last = kept.get(key);
      if (last?.uid === uid && last.version === version) return;
      const object = strip(raw);
      if (last && last.uid !== uid) remove(key);
      kept.set(key, { uid, version, object });
      tell(last?.uid === uid ? { kind: 'changed', key, object, before: last.object } : { kind: 'added', key, object });
    },
    drop: (raw) => {
      const key = keyOf(raw);
      if (kept.get(key)?.uid === raw.metadata.uid) remove(key);
    },
    keepOnly: (keys) => {
      for (const key of kept.keys()) if (!keys.has(key)) remove(key);
    },
  };
}
