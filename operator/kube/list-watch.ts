import { type Cache, keyOf } from './cache.ts';
import type { List } from './client.ts';
import { KubeError } from './errors.ts';
import type { ReflectOptions, Tuning } from './reflector.ts';
import { eventsOf, type KubeObject, type WatchEvent } from './watch-events.ts';
import { openWatchdog } from './watchdog.ts';

/** What one reflector knows between two requests. */
export type State = {
  /** Up to where its copy is true; null: a list is due. */
  version: string | null;
  /** The server has WatchList, as far as we know. */
  streaming: boolean;
  /** Tries in a row that brought nothing. */
  failures: number;
  lastHeardAt: number | null;
  failing: string | null;
  readonly counts: { lists: number; reconnects: number; stalls: number; garbled: number; handlerErrors: number };
};

export type Run<R extends KubeObject, T> = ReflectOptions<R, T> & {
  readonly tuning: Tuning;
  readonly cache: Cache<R, T>;
  readonly state: State;
  /** After each list. */
  readonly onWhole: () => void;
};

const PAGE = 500;
/** A list as a watch: ADDED for each object, then a bookmark that says so. Nothing is buffered on either side. */
const WATCH_LIST = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };

/** A consistent list in pages. An object is known as soon as its page is; what vanished is known at the end. */
export async function listPages<R extends KubeObject, T>(run: Run<R, T>): Promise<void> {
  const seen = new Set<string>();
  let next: string | undefined;
  let version: string;
  do {
    const query = { ...run.query, limit: PAGE, continue: next };
    const page: List<R> = await run.kube.list(run.path, {
      query,
      metadataOnly: run.metadataOnly,
      signal: run.signal,
      timeoutMs: run.tuning.stallMs,
    });
    for (const object of page.items) put(run, object, seen);
    version = page.metadata.resourceVersion;
    next = page.metadata.continue || undefined;
  } while (next);
  whole(run, seen, version);
}

/** One watch until it ends, from the version that we have; without one it lists by the same stream. */
export async function watchOnce<R extends KubeObject, T>(run: Run<R, T>): Promise<void> {
  const { state, path } = run;
  const startedAt = performance.now();
  const watchdog = openWatchdog(run.tuning.stallMs, run.signal);
  const seen = state.version === null ? new Set<string>() : null;
  try {
    const start = state.version === null ? WATCH_LIST : { resourceVersion: state.version };
    const query = { ...run.query, ...start, allowWatchBookmarks: true, timeoutSeconds: timeoutSeconds(run.tuning) };
    const body = await run.kube.watch(path, { query, metadataOnly: run.metadataOnly, signal: watchdog.signal });
    for await (const event of eventsOf<R>(`WATCH ${path}`, body)) {
      watchdog.heard();
      state.lastHeardAt = Date.now();
      state.failing = null;
      take(run, event, state.version === null ? seen : null);
    }
  } catch (error) {
    if (watchdog.barked()) throw interrupted(path, 'Stalled', `silent for ${run.tuning.stallMs} ms`);
    throw error;
  } finally {
    watchdog.end();
  }
  if (state.version === null) throw interrupted(path, 'Closed', 'ended before its list was whole');
  if (performance.now() - startedAt < run.tuning.paceMs) throw interrupted(path, 'Closed', 'closed at once');
  state.failures = 0;
}

/**
 * Shorter than the watchdog's patience: the server then ends a healthy watch by itself, two seconds after a bookmark, so that a quiet
 * collection neither looks stalled nor falls behind into a 410. Its other bookmarks come every 60 s, and only where something moved.
 */
function timeoutSeconds({ stallMs, random }: Tuning): number {
  return Math.max(1, Math.floor((stallMs / 1000) * (0.75 + random() / 6)));
}

/** `seen` collects the keys of a list under way. */
function take<R extends KubeObject, T>(run: Run<R, T>, event: WatchEvent<R>, seen: Set<string> | null): void {
  switch (event.kind) {
    case 'put':
      put(run, event.object, seen);
      break;
    case 'drop':
      seen?.delete(keyOf(event.object));
      run.cache.drop(event.object);
      break;
    case 'bookmark':
      if (seen && event.whole) whole(run, seen, event.version);
      break;
  }
  if (seen) return;
  run.state.version = event.version;
  run.state.failures = 0;
}

function put<R extends KubeObject, T>({ cache, state, log, path }: Run<R, T>, object: R, seen: Set<string> | null): void {
  const key = keyOf(object);
  seen?.add(key);
  try {
    cache.put(object);
  } catch (error) {
    state.counts.handlerErrors += 1;
    log.error({ path, key, err: error }, 'an object could not be stripped; its last state is kept');
  }
}

function whole<R extends KubeObject, T>({ cache, state, onWhole }: Run<R, T>, seen: ReadonlySet<string>, version: string): void {
  cache.keepOnly(seen);
  state.version = version;
  state.lastHeardAt = Date.now();
  state.failing = null;
  state.counts.lists += 1;
  onWhole();
}

function interrupted(path: string, reason: string, because: string): KubeError {
  return new KubeError(`WATCH ${path}: ${because}`, { status: null, reason });
}
