import type { Assign, Attempt, Epoch, FileEntry, Proof } from './protocol.ts';

/** All that a sidecar remembers. It is on the disk before anything that depends on it is done. */
export type Journal = {
  /** Highest ever seen; a lower one is refused. */
  readonly epoch: Epoch | null;
  /** The startup probe has passed once: from here on the app may run, and must be told of new files. */
  readonly booted: boolean;
  /** The last good: what the app runs as far as it was proved, and what a refusal goes back to. Null while the pod is held. */
  readonly good: Good | null;
  /** What was good before: its files stay on the disk, so that going back needs no payload. */
  readonly previous: Placed | null;
  /** A refusal was not followed by proof that the app is back on the last good, so an assignment of it fires. */
  readonly unsure: boolean;
  readonly try: Try | null;
  /** The last try, if it was refused. */
  readonly refused: Refused | null;
  /** `CONTENT ATTEMPT` of the last tries for which the app was told something: none of them is ever made again. */
  readonly fired: readonly string[];
};

/** One revision's files on the disk: a timestamped folder in each volume. */
export type Placed = {
  readonly content: string;
  /** Null for files from the bootstrap volume. */
  readonly revision: string | null;
  readonly files: readonly FileEntry[];
  readonly folders: readonly { readonly volume: string; readonly name: string }[];
};

/** `at` and other times are milliseconds of the machine's monotonic clock, which goes on through a restart of the sidecar. */
export type Good = Placed & {
  readonly proof: Proof;
  readonly at: number;
  readonly attempt: Attempt | null;
  readonly firedAt: number | null;
  readonly tookMs: number | null;
};

export type Refused = {
  readonly content: string;
  readonly revision: string;
  readonly attempt: Attempt;
  readonly because: string;
  readonly at: number;
  readonly firedAt: number | null;
};

/** One try at an assignment, by the step that is under way. Only one effect is in flight at a time. */
export type Try =
  | { readonly step: 'stage'; readonly assign: Assign }
  | { readonly step: 'receive'; readonly assign: Assign; readonly placed: Placed; readonly lacking: readonly FileEntry[] }
  /** `swapped`: taken up after a restart, so that its files may be in place already. */
  | { readonly step: 'look'; readonly assign: Assign; readonly placed: Placed; readonly swapped: boolean }
  /** Written before the first swap: the files may be either. Nothing was fired. */
  | {
      readonly step: 'swap';
      readonly assign: Assign;
      readonly placed: Placed;
      readonly before: Seen | null;
      /** Nobody was there to be told, and the app does not run: it starts on these files. */
      readonly absent?: boolean;
    }
  /** The intent to fire, written before firing. */
  | { readonly step: 'fire'; readonly assign: Assign; readonly placed: Placed; readonly before: Seen | null; readonly since: number }
  | Verifying
  /** Refused: the files go back to the last good; `fired`: and the app must be told. */
  | (Returning & { readonly step: 'back'; readonly fired: boolean })
  | (Returning & { readonly step: 'lookBack' })
  /** The intent to fire for the last good. */
  | (Returning & { readonly step: 'fireBack'; readonly before: Seen | null; readonly since: number })
  | (Returning & { readonly step: 'verifyBack'; readonly before: Seen | null; readonly since: number })
  /** Superseded after its files were in place: they go back to the last good, without an ack. */
  | { readonly step: 'leave'; readonly assign: Assign; readonly fired: boolean };

export type Verifying = {
  readonly step: 'verify';
  readonly assign: Assign;
  readonly placed: Placed;
  readonly before: Seen | null;
  readonly since: number;
  readonly firedAt: number | null;
  /** Taken up after a restart of the sidecar: whether the app was told is not known. */
  readonly resumed: boolean;
};

type Returning = { readonly assign: Assign; readonly because: string; readonly firedAt: number | null };

/** The process that a signal goes to, and its children before it: each by pid and start time, since pids are used again. */
export type Seen = Process & {
  readonly name: string;
  readonly workers: readonly Process[];
  /** A master whose workers have its own name may also run short-lived helpers: then only those of its name count. Absent: all do. */
  readonly sameName?: boolean;
};
export type Process = { readonly pid: number; readonly startTime: string };

export const EMPTY_JOURNAL: Journal = {
  epoch: null,
  booted: false,
  good: null,
  previous: null,
  unsure: false,
  try: null,
  refused: null,
  fired: [],
};

/** What must be on the disk of it. Steps that touched nothing are left out (the assignment comes again), and those that only look say what they follow. */
export function durable(journal: Journal): Journal {
  return { ...journal, try: journal.try === null ? null : durableTry(journal.try) };
}

/** Nothing on the disk that the app reads, and nothing in the app, was changed. */
export function isUntouched(t: Try): boolean {
  return t.step === 'stage' || t.step === 'receive' || (t.step === 'look' && !t.swapped);
}

function durableTry(t: Try): Try | null {
  switch (t.step) {
    case 'stage':
    case 'receive':
    case 'look':
      return null;
    case 'verify':
      return { step: 'fire', assign: t.assign, placed: t.placed, before: t.before, since: t.since };
    case 'lookBack':
      return { step: 'back', assign: t.assign, because: t.because, firedAt: t.firedAt, fired: true };
    case 'verifyBack':
      return { ...t, step: 'fireBack' };
    case 'swap':
    case 'fire':
    case 'back':
    case 'fireBack':
    case 'leave':
      return t;
  }
}
