import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from './client.ts';
import type { Durations, ElectOptions } from './lease.ts';
import type { Lease } from './lease-record.ts';
import { pathOf } from './paths.ts';

/** One process' place in an election. */
export type Seat = ElectOptions & {
  readonly path: string;
  readonly identity: string;
  readonly durations: Durations;
  reign: Reign | null;
  holder: string | null;
};

export type Reign = {
  lease: Lease;
  transitions: number;
  /** On the monotonic clock, from the start of the last write that went well. */
  heldUntil: number;
  readonly over: AbortController;
  /** Writes go one after another, so that a raise and a renewal are no conflict to each other. */
  writing: Promise<unknown>;
};

const LEASES = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };

export function openSeat(options: ElectOptions, durations: Durations): Seat {
  const { namespace, name } = options;
  const identity = `${options.identity}_${randomUUID()}`;
  return { ...options, path: pathOf(LEASES, { namespace, name }), identity, durations, reign: null, holder: null };
}

/** `askedAt` is when the write began: the server may have counted from then on. */
export function openReign({ durations }: Seat, lease: Lease, askedAt: number): Reign {
  const heldUntil = askedAt + durations.renewDeadlineMs;
  return { lease, transitions: lease.spec?.leaseTransitions ?? 0, heldUntil, over: new AbortController(), writing: Promise.resolve() };
}

/** By the clock: a timer is late in a process that was frozen. */
export function isHeld(reign: Reign | null): reign is Reign {
  return reign !== null && !reign.over.signal.aborted && performance.now() < reign.heldUntil;
}

/** Half of the deadline, so that one call that hangs does not lose the Lease. */
export function callOptions({ durations }: Seat, signal?: AbortSignal): CallOptions {
  return { signal, timeoutMs: durations.renewDeadlineMs / 2 };
}

/** Jittered, so that candidates do not look in step. */
export async function rest({ durations }: Seat, signal: AbortSignal): Promise<void> {
  await sleep(durations.retryMs * (1 + Math.random() / 5), undefined, { signal }).catch(() => {});
}
