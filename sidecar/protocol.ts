/**
 * What operator and sidecar say to each other: JSON text frames over one WebSocket, and the bytes of files in binary frames.
 * The sidecar dials, says `hello` (and again when it has booted on files that nobody assigned), and then answers each `assign`
 * with at most one `want` and exactly one `ack`.
 * The only file of the sidecar that the operator imports.
 */

import { createHash } from 'node:crypto';

/** Grows when a frame changes its meaning; a peer of another version is refused with a close reason. */
export const PROTOCOL_VERSION = 1;
/** The WebSocket subprotocol, and the path that is dialled. */
export const SUBPROTOCOL = 'fleetreload.v1';
export const LINK_PATH = '/v1/link';
/** The audience of the pod-bound token in `Authorization: Bearer …`. */
export const AUDIENCE = 'fleetreload.dev';
/** Files travel in pieces of at most this many bytes, in the order of `want.files`. */
export const CHUNK_BYTES = 256 * 1024;
/** Of all files of a revision together. */
export const MAX_REVISION_BYTES = 4 * 1024 * 1024;
/** A text frame is never larger; a larger one closes the stream. */
export const MAX_TEXT_BYTES = 256 * 1024;
/** Both sides ping; a peer that is silent for two of these is redialled or dropped. */
export const PING_MS = 10_000;

/** (Transitions of the Lease, sequence within that leader): compared left to right; a lower one is refused at the last hop. */
export type Epoch = readonly [transitions: number, sequence: number];

/** Names one try: `<rollout>.<try>`, such as `7.1`. One (member, revision, attempt) has at most one effect on the app. */
export type Attempt = string;

/** A folder of files below /fleet/files: `configmaps/NAME` or `secrets/NAME`. */
export type SourcePath = `configmaps/${string}` | `secrets/${string}`;

export type FileEntry = {
  readonly source: SourcePath;
  /** A key of the source; the kubelet's rules hold for it. */
  readonly key: string;
  /** sha256 of the bytes in hex. Never logged: of a Secret it would be a fingerprint. */
  readonly sha256: string;
  readonly bytes: number;
  /** Such as 0o644. */
  readonly mode: number;
};

export type Assign = {
  readonly type: 'assign';
  readonly epoch: Epoch;
  /** The revision's name, for people, and for the file `..revision`. */
  readonly revision: string;
  /** `contentOf(files)`: what is compared. Two revisions of equal content are one. */
  readonly content: string;
  readonly attempt: Attempt;
  /** Every source of the policy, one that is optional and absent too (with no files). */
  readonly sources: readonly SourcePath[];
  readonly files: readonly FileEntry[];
  readonly handle: Handle;
  /** For the whole try: fire and verify. */
  readonly timeoutMs: number;
  /** The ID of the container that the signal is for, without its `containerd://`; null where it does not run or none is named. */
  readonly containerId: string | null;
  /** The app's container runs, as far as the operator knows. Where it does not, and nobody is there to be told, it will start on the files in place. */
  readonly appRuns: boolean;
};

export type Handle = (
  | {
      readonly kind: 'signal';
      readonly signal: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2' | 'SIGWINCH';
      /** The oldest process of that name (`comm`) whose parent has another name. */
      readonly process: string;
      /** The container's name, for messages. */
      readonly container: string | null;
    }
  | {
      readonly kind: 'http';
      readonly port: number;
      readonly path: string;
      readonly method: 'POST' | 'PUT' | 'GET';
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  /** The app watches its files itself, so that the swap is what tells it: nothing is fired, and `verify` decides. */
  | { readonly kind: 'fileWatch' }
) & { readonly verify: Verify | null };

export type Verify =
  | { readonly kind: 'workers' }
  | {
      readonly kind: 'http';
      readonly port: number;
      readonly path: string;
      /** Such as `$.version`; null compares the whole body, trimmed. */
      readonly jsonPath: string | null;
      /** The trimmed content of that file, or the revision's name. */
      readonly equals: { readonly source: SourcePath; readonly key: string } | 'Revision';
    };

/** Sent once after `hello.want`: the files that the sidecar does not have, then their bytes in binary frames in this order. */
export type Want = {
  readonly type: 'want';
  readonly epoch: Epoch;
  readonly files: readonly { readonly source: SourcePath; readonly key: string }[];
};

/** Delivered: files swapped, handle fired without an error. Confirmed: `verify` proved it. Booted: in place before the app started; nothing was fired. Adopted: the files were these already. */
export type Proof = 'Delivered' | 'Confirmed' | 'Booted' | 'Adopted';

/** How the member stands to one (revision, attempt). `agoMs` is measured by the sidecar's monotonic clock, so that no two wall clocks are compared. */
export type Outcome =
  | { readonly kind: 'applied'; readonly proof: Proof /** When the app took it, or the files were in place. */; readonly agoMs: number }
  | {
      readonly kind: 'refused';
      readonly because: string;
      readonly agoMs: number;
      /** The epoch that this pod has seen, where the assignment's is lower: nothing was tried, and another leader has spoken. */
      readonly seen?: Epoch | undefined;
    };

export type Ack = {
  readonly type: 'ack';
  readonly epoch: Epoch;
  readonly revision: string;
  readonly content: string;
  readonly attempt: Attempt;
  readonly outcome: Outcome;
  /** What the app runs: after a refusal, the content of the last good; null where it may not be back on that, or there are no files yet. */
  readonly running: string | null;
  /** Wall clock of this machine in ms since 1970 when the handle was fired, for reports only; null where nothing was fired. */
  readonly firedAt: number | null;
  /** Fire to proof, in ms; null where nothing was fired. */
  readonly tookMs: number | null;
};

export type Hello = {
  readonly type: 'hello';
  readonly protocol: number;
  readonly sidecar: string;
  /** Highest epoch ever seen, from the disk. */
  readonly epoch: Epoch | null;
  /**
   * Content and name of the files that the app runs; null when there are none yet (the pod is held), or when the app may not run them, since a
   * way back failed. The name is null for files from the bootstrap volume.
   */
  readonly running: { readonly content: string; readonly revision: string | null; readonly proof: Proof; readonly agoMs: number } | null;
  /** The last try that ended in a refusal and has not been followed by another, from the journal. */
  readonly refused: {
    readonly content: string;
    readonly revision: string;
    readonly attempt: Attempt;
    readonly because: string;
    readonly agoMs: number;
  } | null;
  /** The try that is under way, and of which an ack will come: a new leader must not take the member for one that was never asked. */
  readonly trying: { readonly content: string; readonly revision: string; readonly attempt: Attempt } | null;
  /** The app's container may run: the startup probe has passed once. */
  readonly booted: boolean;
};

/** The CA that will sign the operator's next certificate travels over the live stream. PEM, one or more. */
export type TrustCa = { readonly type: 'ca'; readonly pem: string };

export type FromSidecar = Hello | Want | Ack;
export type FromOperator = Assign | TrustCa;

/** sha256 over source, key and bytes of every file, in hex. Modes and the revision's name do not count. */
export function contentOf(files: readonly Pick<FileEntry, 'source' | 'key' | 'sha256'>[]): string {
  const lines = files.map(({ source, key, sha256 }) => `${source}/${key} ${sha256}\n`).toSorted();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
