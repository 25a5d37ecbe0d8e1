import { backoffMs } from './backoff.ts';
import { KubeError } from './errors.ts';

export type QueueOptions = {
  /** Throwing means: again, after a backoff of this key's own. */
  readonly work: (key: string) => Promise<void>;
  /** Told of each throw, with the wait that follows. */
  readonly onError: (key: string, error: unknown, awayMs: number) => void;
  /** For how long a key that was worked on is left alone, in ms: its work may be large. Default: not at all. */
  readonly restMs?: (key: string) => number;
  /** Work on a key begins, so long after it was due. */
  readonly onStart?: (waitedMs: number) => void;
  /** Keys that are worked on at once. */
  readonly workers: number;
  readonly time?: Time;
  readonly random?: () => number;
};

export type Time = {
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** Since 1970, in ms; asked by `addAt` only. */
  readonly wall: () => number;
  /** Returns how to cancel it. */
  readonly after: (ms: number, run: () => void) => () => void;
};

/** Work by key: a key waits once however often it is added, and is never worked on twice at the same time. */
export type Queue = {
  /** Now; or again, where it is being worked on; or when it has rested; or within a second of its last failure, and not before a server's Retry-After. */
  readonly add: (key: string) => void;
  /** In `ms`. The earliest of several wins. */
  readonly addAfter: (key: string, ms: number) => void;
  /** The same, at a time of the wall clock in ms since 1970. */
  readonly addAt: (key: string, at: number) => void;
  /** Keys that are due, and wait for a worker. */
  readonly depth: () => number;
  /** Ends its timers and takes nothing more; resolves when the running ones are done. */
  readonly stop: () => Promise<void>;
};

const BACKOFF = { baseMs: 200, maxMs: 60_000 };
/** News may end a backoff early, since it may be the cure; but not sooner than this. */
const PACE_MS = 1_000;
/** setTimeout fires at once beyond its 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;

export function openQueue(options: QueueOptions): Queue {
  const { work, onError, restMs = () => 0, onStart = () => {}, workers, time = REAL_TIME, random = Math.random } = options;
  /** With the time since when it is due. */
  const ready = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const later = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  /** After a failure (`times` in a row), or to rest. */
  const held = new Map<string, { readonly times: number; readonly until: number }>();
  let stopped = false;

  const add = (key: string): void => {
    const heldMs = (held.get(key)?.until ?? 0) - time.now();
    if (heldMs > 0) return addAfter(key, heldMs);
    if (stopped) return;
    forget(key);
    if (!ready.has(key)) ready.set(key, time.now());
    fill();
  };

  const addAfter = (key: string, ms: number): void => {
    const at = time.now() + Math.max(0, ms);
    const set = later.get(key);
    // What is ready, or to come sooner, is soon enough.
    if (stopped || ready.has(key) || (set && set.at <= at)) return;
    set?.cancel();
    sleep(key, at);
  };

  const sleep = (key: string, at: number): void => {
    const due = () => {
      if (time.now() < at) return sleep(key, at);
      later.delete(key);
      add(key);
    };
    later.set(key, { at, cancel: time.after(Math.min(Math.max(0, Math.ceil(at - time.now())), LONGEST_MS), due) });
  };

  const forget = (key: string): void => {
    later.get(key)?.cancel();
    later.delete(key);
  };

  const fill = (): void => {
    for (const [key, since] of ready) {
      if (running.size >= workers) return;
      // It runs already: it stays ready, and has its turn after that.
      if (running.has(key)) continue;
      ready.delete(key);
      running.set(
        key,
        Promise.resolve().then(() => {
          onStart(time.now() - since);
          return once(key);
        }),
      );
    }
  };

  const once = async (key: string): Promise<void> => {
    try {
      await work(key);
      rest(key);
    } catch (error) {
      retry(key, error);
    } finally {
      running.delete(key);
      fill();
    }
  };

  const rest = (key: string): void => {
    const now = time.now();
    for (const [other, { times, until }] of held) if (times === 0 && until <= now) held.delete(other);
    held.delete(key);
    const ms = restMs(key);
    if (ms <= 0) return;
    held.set(key, { times: 0, until: now + ms });
    if (ready.delete(key)) addAfter(key, ms);
  };

  const retry = (key: string, error: unknown): void => {
    const times = (held.get(key)?.times ?? 0) + 1;
    const askedMs = error instanceof KubeError && error.retryAfterMs !== null ? error.retryAfterMs * (1 + random() / 10) : 0;
    const awayMs = askedMs || backoffMs(times, { ...BACKOFF, random });
    const heldMs = askedMs || Math.min(awayMs, PACE_MS);
    held.set(key, { times, until: time.now() + heldMs });
    const news = ready.delete(key);
    addAfter(key, news ? heldMs : awayMs);
    onError(key, error, awayMs);
  };

  return {
    add,
    addAfter,
    depth: () => ready.size,
    addAt: (key, at) => addAfter(key, at - time.wall()),
    stop: async () => {
      stopped = true;
      ready.clear();
      for (const { cancel } of later.values()) cancel();
      later.clear();
      await Promise.all(running.values());
    },
  };
}

const REAL_TIME: Time = {
  now: () => performance.now(),
  wall: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
