import type { Kube } from './client.ts';
import { campaign } from './lease-campaign.ts';
import { raise, rule } from './lease-reign.ts';
import { isHeld, openSeat, type Seat } from './lease-seat.ts';
import type { Log } from './log.ts';

export type ElectOptions = {
  readonly kube: Pick<Kube, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  readonly name: string;
  /** The pod's name; a random part is added for each process. */
  readonly identity: string;
  readonly durations?: Durations;
  /** We lead. `transitions` is this reign's number, higher than that of any before; `signal` ends with it. */
  readonly onLead: (transitions: number, signal: AbortSignal) => void;
  /** We lead no more, and nobody else does yet. Awaited before the Lease is released, so that work under way may end. */
  readonly onLost: () => void | Promise<void>;
  /** Ends the election: a leader releases the Lease, and the next one takes it at its next look. */
  readonly signal: AbortSignal;
  readonly log: Log;
};

/** In ms; lease > renewDeadline > retry. */
export type Durations = {
  /** Others wait so long after the last renewal that they saw. Whole seconds. */
  readonly leaseMs: number;
  /** A leader that could not renew for so long has lost. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
};

export type Election = {
  readonly identity: string;
  /** By the clock, not by a timer: false at once after a process that was frozen wakes up too late. */
  readonly isLeading: () => boolean;
  /** Whom we saw last; null before, and while nobody holds it. */
  readonly holder: () => string | null;
  /** Compare-and-swap: this reign's number becomes `transitions` at least; answers what it is. KubeError, or an Error where we do not lead. */
  readonly raise: (transitions: number) => Promise<number>;
  /** When all is over; rejects with what onLead or onLost threw. */
  readonly ended: Promise<void>;
};

const DURATIONS: Durations = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

/** One leader at a time, by client-go's rules: no clock but one's own is trusted. */
export function elect(options: ElectOptions): Election {
  const seat = openSeat(options, options.durations ?? DURATIONS);
  return {
    identity: seat.identity,
    isLeading: () => isHeld(seat.reign),
    holder: () => seat.holder,
    raise: (transitions) => raise(seat, transitions),
    ended: run(seat),
  };
}

async function run(seat: Seat): Promise<void> {
  while (!seat.signal.aborted) {
    const reign = await campaign(seat);
    if (reign) await rule(seat, reign);
  }
}
