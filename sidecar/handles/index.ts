import type { Placed, Seen } from '../journal.ts';
import type { Handle, SourcePath } from '../protocol.ts';
import { hiding } from '../redact.ts';
import { fireNothing, lookForVerify } from './file-watch.ts';
import { callReload } from './http.ts';
import { findTarget, type Fired, type Found, sendSignal } from './signal.ts';

/** What handles and proofs need of the machine. */
export type World = {
  /** `/proc` of the pod. */
  readonly proc: string;
  /** The sidecar's own pid. */
  readonly self: number;
  /** Monotonic ms. */
  readonly now: () => number;
  /** ms since 1970. */
  readonly wallClock: () => number;
  readonly kill: (pid: number, signal: string) => void;
  /** A file's text, as it was placed. */
  readonly read: (placed: Placed, source: SourcePath, key: string) => string;
  /** Every Secret's file on the disk: the candidate's, the last good's, the one's before. */
  readonly secrets: () => readonly Buffer[];
};

/** How an app is told to reload: a file a kind. */
type Kind<H extends Handle> = {
  /** In words, such as `SIGHUP`. */
  name(handle: H): string;
  /** Is there somebody to tell? Before any file is touched. */
  look(handle: H, containerId: string | null, world: World): Found;
  fire(handle: H, before: Seen | null, timeoutMs: number, signal: AbortSignal, world: World): Fired | Promise<Fired>;
};

const KINDS: { readonly [K in Handle['kind']]: Kind<Extract<Handle, { kind: K }>> } = {
  signal: {
    name: ({ signal }) => signal,
    look: (handle, containerId, { proc, self }) => findTarget(handle, containerId, proc, self),
    fire: (handle, before, _timeoutMs, _signal, world) => {
      if (before === null) return { kind: 'failed', because: `no process was found for ${handle.signal}`, told: false };
      return sendSignal(handle, before, world.proc, world.kill, world.wallClock);
    },
  },
  http: {
    name: ({ method, path }) => `${method} ${path}`,
    look: ({ verify }) => {
      if (verify?.kind !== 'workers') return { kind: 'seen', before: null };
      return { kind: 'failed', because: 'verify.workers needs handle.signal, which names the process', told: false };
    },
    fire: (handle, _before, timeoutMs, signal, { wallClock, secrets }) => callReload(handle, timeoutMs, signal, wallClock, hiding(secrets)),
  },
  fileWatch: {
    name: () => 'the swap of its files',
    look: lookForVerify,
    fire: (_handle, _before, _timeoutMs, _signal, { wallClock }) => fireNothing(wallClock),
  },
};

export function kindOf(handle: Handle): Kind<Handle> {
  return KINDS[handle.kind];
}
