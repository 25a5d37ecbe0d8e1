import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.ts';
import { type Change, openCache } from './cache.ts';
import type { Kube, Query } from './client.ts';
import { isExpired, isUnsupported, KubeError } from './errors.ts';
import { listPages, type Run, type State, watchOnce } from './list-watch.ts';
import type { Log } from './log.ts';
import type { KubeObject } from './watch-events.ts';

export type ReflectOptions<R, T> = {
  readonly kube: Pick<Kube, 'list' | 'watch'>;
  /** Of a collection, such as `/api/v1/namespaces/shop/pods`. */
  readonly path: string;
  /** `labelSelector`, `fieldSelector`. */
  readonly query?: Query;
  /** PartialObjectMetadata in place of whole objects. */
  readonly metadataOnly?: boolean;
  /** What is kept of an object, and of what was kept `before` of the same; the rest is garbage at once. */
  readonly strip: (object: R, before?: T) => T;
  /** In the order of the server. What it throws is logged and counted. */
  readonly onChange: (change: Change<T>) => void;
  /** What must have been before it begins. */
  readonly after?: Promise<unknown>;
  /** The API server does not let us list it, and has never done so. It is tried on. */
  readonly onRefused?: () => void;
  /** Ends the reflector for good. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly tuning?: Partial<Tuning>;
};

/** A copy of a collection that follows the server through resets, stalls and restarts. */
export type Store<T> = {
  /** By `namespace/name`, or by name where there is no namespace. */
  readonly get: (key: string) => T | undefined;
  /** Of one namespace, or of all. */
  readonly list: (namespace?: string) => readonly T[];
  /** When the first list is whole; rejects when the signal comes first. */
  readonly synced: Promise<void>;
  readonly isSynced: () => boolean;
  /** Up to where the copy is true; null before the first list, and while a new one is due. */
  readonly resourceVersion: () => string | null;
  readonly health: () => Health;
  /** After the signal: nothing is told any more. */
  readonly ended: Promise<void>;
};

export type Health = {
  /** Wall clock, in ms since 1970: the last event, bookmark or list. */
  readonly lastHeardAt: number | null;
  /** Why it does not hear the server now; null while it does. */
  readonly failing: string | null;
  /** Lists after the first. */
  readonly relists: number;
  readonly reconnects: number;
  readonly stalls: number;
  readonly garbled: number;
  readonly handlerErrors: number;
};

export type Tuning = {
  /** Silence that is taken for a dead connection. A watch is asked to end before that. */
  readonly stallMs: number;
  /** Between the starts of two tries. */
  readonly paceMs: number;
  readonly baseBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly random: () => number;
};

const TUNING: Tuning = { stallMs: 60_000, paceMs: 1_000, baseBackoffMs: 1_000, maxBackoffMs: 30_000, random: Math.random };

export function reflect<R extends KubeObject, T>(options: ReflectOptions<R, T>): Store<T> {
  const { path, signal, log } = options;
  const counts = { lists: 0, reconnects: 0, stalls: 0, garbled: 0, handlerErrors: 0 };
  const state: State = { version: null, streaming: true, failures: 0, lastHeardAt: null, failing: null, counts };
  const synced = Promise.withResolvers<void>();
  synced.promise.catch(() => {});

  const tell = (change: Change<T>) => {
    try {
      options.onChange(change);
    } catch (error) {
      counts.handlerErrors += 1;
      log.error({ path, key: change.key, err: error }, 'the handler of a change failed; it is not told again');
    }
  };
  const cache = openCache(options.strip, tell);
  const run = { ...options, tuning: { ...TUNING, ...options.tuning }, cache, state, onWhole: synced.resolve };

  const begin = Promise.resolve(options.after).catch(() => {});
  const ended = begin.then(() => follow(run)).finally(() => synced.reject(signal.reason));
  return {
    get: cache.get,
    list: cache.list,
    synced: synced.promise,
    isSynced: () => counts.lists > 0,
    resourceVersion: () => state.version,
    health: () => ({ lastHeardAt: state.lastHeardAt, failing: state.failing, ...counts, relists: Math.max(0, counts.lists - 1) }),
    ended,
  };
}

async function follow<R extends KubeObject, T>(run: Run<R, T>): Promise<void> {
  while (!run.signal.aborted) {
    const startedAt = performance.now();
    const awayMs = await turn(run).then(
      () => 0,
      (error: unknown) => (run.signal.aborted ? 0 : afterFailure(run, error)),
    );
    const paceMs = startedAt + run.tuning.paceMs - performance.now();
    await sleep(Math.max(awayMs, paceMs, 0), undefined, { signal: run.signal }).catch(() => {});
  }
}

/** A list where one is due, then a watch to its end. */
async function turn<R extends KubeObject, T>(run: Run<R, T>): Promise<void> {
  const { state } = run;
  if (state.version !== null) state.counts.reconnects += 1;
  if (state.version === null && !state.streaming) await listPages(run);
  await watchOnce(run);
}

/** How long to stay away, in ms. */
function afterFailure<R extends KubeObject, T>({ state, tuning, log, path, onRefused }: Run<R, T>, error: unknown): number {
  const { baseBackoffMs: baseMs, maxBackoffMs: maxMs, random } = tuning;
  const { reason, retryAfterMs } = error instanceof KubeError ? error : { reason: 'Unexpected', retryAfterMs: null };
  state.failures += 1;
  state.failing = error instanceof Error ? error.message : String(error);
  if (reason === 'Garbled') state.counts.garbled += 1;
  if (reason === 'Stalled') state.counts.stalls += 1;
  // A server without WatchList says so, or watches without ever telling that the list is whole.
  if (state.version === null && (isUnsupported(error) || reason === 'Stalled')) state.streaming = false;
  if (isExpired(error)) state.version = null;
  if (reason === 'Forbidden' && state.counts.lists === 0) onRefused?.();
  const awayMs = retryAfterMs === null ? backoffMs(state.failures, { baseMs, maxMs, random }) : retryAfterMs * (1 + random() / 10);
  log.warn({ path, reason, failures: state.failures, awayMs }, `watch interrupted: ${state.failing}`);
  return awayMs;
}
