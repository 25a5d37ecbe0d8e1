import type { Proof } from '../../sidecar/protocol.ts';
import type { Ending, Refusal } from './refusal.ts';

/** What the link counts. Each line is one metric; the reasons are enums, and no label grows with the fleet. */
export type Counters = {
  /** Streams open now. */
  readonly streams: (open: number) => void;
  readonly accepted: () => void;
  readonly refused: (reason: Refusal) => void;
  /** By us, or `closed` and `error`: by the sidecar, or the network. */
  readonly ended: (reason: Ending | 'closed' | 'error') => void;
  /** A frame that matches nothing in flight. It has no effect. */
  readonly ignored: (frame: 'want' | 'ack') => void;
  /** A member has seen a higher epoch than ours: it said so when it dialled, or where it refused what we told it. */
  readonly outranked: (by: 'hello' | 'ack') => void;
  /** A try ended: the proof, or refused. */
  readonly acked: (outcome: Proof | 'refused') => void;
  /** TokenReviews asked of the API server. */
  readonly reviewed: () => void;
  readonly sentBytes: (bytes: number) => void;
};

export const NO_COUNTERS: Counters = {
  streams: () => {},
  accepted: () => {},
  refused: () => {},
  ended: () => {},
  ignored: () => {},
  outranked: () => {},
  acked: () => {},
  reviewed: () => {},
  sentBytes: () => {},
};

/** As pino has it: the fields, then the message. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>;
