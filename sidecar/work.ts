import type { Journal, Placed, Seen, Try } from './journal.ts';
import type { Ack, Assign, FileEntry } from './protocol.ts';

export type Member = {
  readonly journal: Journal;
  /** The newest assignment that came while a step was under way that must end first. */
  readonly next: Assign | null;
  /** Of the work in flight; what ends with another ticket was abandoned. */
  readonly ticket: number;
};

export type Next = { readonly member: Member; readonly effects: readonly Effect[] };

export type Effect =
  | { readonly do: 'work'; readonly ticket: number; readonly work: Work }
  /** Stop what is in flight, and remove what was staged. */
  | { readonly do: 'abandon' }
  | { readonly do: 'ack'; readonly ack: Ack }
  /** Remove timestamped folders that neither these nor `..data` name. */
  | { readonly do: 'collect'; readonly keep: readonly Placed[] };

/** Each ends with exactly one Result, within its time. */
export type Work =
  | { readonly kind: 'stage'; readonly assign: Assign; readonly reuse: readonly Placed[] }
  | { readonly kind: 'receive'; readonly assign: Assign; readonly lacking: readonly FileEntry[] }
  | { readonly kind: 'look'; readonly assign: Assign }
  /** `checked`: the digests of its files were checked while they were staged. */
  | { readonly kind: 'swap'; readonly to: Placed; readonly checked: boolean }
  | { readonly kind: 'fire'; readonly assign: Assign; readonly before: Seen | null; readonly timeoutMs: number }
  | {
      readonly kind: 'verify';
      readonly assign: Assign;
      readonly placed: Placed;
      readonly before: Seen | null;
      readonly timeoutMs: number;
      /** After a restart of the sidecar: it must be these files that are in place. */
      readonly resumed: boolean;
    };

export type Result =
  | { readonly kind: 'staged'; readonly placed: Placed; readonly lacking: readonly FileEntry[] }
  | { readonly kind: 'received' }
  | { readonly kind: 'seen'; readonly before: Seen | null }
  | { readonly kind: 'swapped' }
  /** Wall clock, for reports only. */
  | { readonly kind: 'fired'; readonly at: number }
  | { readonly kind: 'proved' }
  /** `told`: the app may have been reached. */
  | {
      readonly kind: 'failed';
      readonly because: string;
      readonly told: boolean /** Nobody was there to be told. */;
      readonly absent?: boolean;
    };

/** For firing and verifying the way back: the operator waits for two seconds beyond the timeout. */
const BACK_MS = 1500;

/** Nothing to do. */
export function stay(member: Member): Next {
  return { member, effects: [] };
}

/** The next step of a try. The work follows from the step alone, so that it can be taken up again from the journal. */
export function enter(member: Member, t: Try, now: number): Next {
  const ticket = member.ticket + 1;
  const journal = { ...member.journal, try: t };
  return { member: { ...member, ticket, journal }, effects: [{ do: 'work', ticket, work: workOf(t, journal, now) }] };
}

function workOf(t: Try, journal: Journal, now: number): Work {
  const good = journal.good ?? NOTHING;
  const { assign } = t;
  switch (t.step) {
    case 'stage':
      return { kind: 'stage', assign, reuse: [journal.good, journal.previous].filter((placed) => placed !== null) };
    case 'receive':
      return { kind: 'receive', assign, lacking: t.lacking };
    case 'look':
    case 'lookBack':
      return { kind: 'look', assign };
    case 'swap':
      return { kind: 'swap', to: t.placed, checked: true };
    case 'fire':
      return { kind: 'fire', assign, before: t.before, timeoutMs: assign.timeoutMs };
    case 'verify': {
      const timeoutMs = t.resumed ? assign.timeoutMs : assign.timeoutMs - (now - t.since);
      return { kind: 'verify', assign, placed: t.placed, before: t.before, timeoutMs, resumed: t.resumed };
    }
    case 'back':
    case 'leave':
      return { kind: 'swap', to: good, checked: false };
    case 'fireBack':
      return { kind: 'fire', assign, before: t.before, timeoutMs: BACK_MS };
    case 'verifyBack':
      return { kind: 'verify', assign, placed: good, before: t.before, timeoutMs: BACK_MS - (now - t.since), resumed: false };
  }
}

/** Steps back are taken only where there is a last good; to swap to nothing would change nothing. */
const NOTHING: Placed = { content: '', revision: null, files: [], folders: [] };
