import { type Copy, joined } from './kube/joined.ts';
import { reflect, type ReflectOptions } from './kube/reflector.ts';
import type { KubeObject } from './kube/watch-events.ts';
import type { Log } from './log.ts';

/** A namespace, or (null) all of the cluster. */
export type Place = string | null;

export type Watched<R, T> = Pick<ReflectOptions<R, T>, 'strip' | 'onChange' | 'metadataOnly'> & {
  /** Of the collection, such as `pods`. */
  readonly name: string;
  readonly in: readonly Place[];
  readonly at: (place: Place) => Pick<ReflectOptions<R, T>, 'path' | 'query'>;
  /**
   * What becomes of a namespace where we have no right to it: nothing of it is known, or all but this. A namespace's own people can take our
   * Role away, and must hold up none but themselves. What is of the whole cluster is waited for in any case.
   */
  readonly ifRefused?: 'wait' | 'leave the namespace' | 'do without';
};

/** Reflectors in each place, and whether enough is known to begin. */
export type Places = {
  readonly watch: <R extends KubeObject, T>(watched: Watched<R, T>) => Copy<T>;
  /** The same, but of no place before all else of it is known: whoever hears of a policy sees its pods. */
  readonly watchLast: <R extends KubeObject, T>(watched: Watched<R, T>) => Copy<T>;
  /** Since when that collection is known of that namespace, in ms since 1970; null: not yet. */
  readonly seesSince: (name: string, namespace: string) => number | null;
  /** All is known that we have a right to. */
  readonly known: () => Promise<void>;
  /** What is not known yet, such as `pods in shop`. */
  readonly missing: () => readonly string[];
};

type Opened = {
  readonly name: string;
  readonly place: Place;
  /** The first list was whole. */
  readonly since: () => number | null;
  /** Enough for what comes last. */
  readonly enough: Promise<unknown>;
  /** Rejected in the end, where it is never left. */
  readonly left: Promise<unknown>;
};

export function openPlaces(base: Pick<ReflectOptions<never, never>, 'kube' | 'signal'> & { readonly log: Log }): Places {
  const opened: Opened[] = [];
  const missing = new Map<Promise<unknown>, string>();

  return {
    watch: (watched) => joined(watched.in.map((place) => open(watched, place, []))),
    watchLast: (watched) => {
      const before = [...opened];
      const around = (place: Place) => before.filter((it) => place === null || it.place === place);
      return joined(watched.in.map((place) => open(watched, place, around(place))));
    },
    seesSince: (name, namespace) => opened.find((it) => it.name === name && (it.place === null || it.place === namespace))?.since() ?? null,
    known: async () => void (await Promise.all(missing.keys())),
    missing: () => [...missing.values()],
  };

  function open<R extends KubeObject, T>(watched: Watched<R, T>, place: Place, before: readonly Opened[]) {
    const { name, at, ifRefused = 'leave the namespace', strip, onChange, metadataOnly = false } = watched;
    const label = place === null ? name : `${name} in ${place}`;
    const refused = Promise.withResolvers<void>();
    let isTold = place === null || ifRefused === 'wait';
    const onRefused = () => {
      if (isTold) return;
      isTold = true;
      refused.resolve();
      const does = ifRefused === 'do without' ? 'policies that name them are paused' : 'its policies are left alone';
      base.log.error({ namespace: place }, `there is no right to list ${label}: ${does}, until a Role there grants it`);
    };
    const after = Promise.all(before.map((it) => it.enough));
    const store = reflect<R, T>({ ...base, ...at(place), strip, onChange, metadataOnly, after, onRefused });
    const left = ifRefused === 'do without' ? never : refused.promise;
    const known = Promise.race([store.synced, refused.promise, ...before.map((it) => it.left)]);
    let since: number | null = null;
    opened.push({ name, place, since: () => since, left, enough: ifRefused === 'do without' ? known : store.synced });
    missing.set(known, label);
    known.then(() => missing.delete(known)).catch(() => {});
    store.synced.then(() => (since = Date.now())).catch(() => {});
    return store;
  }
}

const never = new Promise<never>(() => {});
