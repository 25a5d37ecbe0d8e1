import type { Attempt, Millis, Revision, Uid } from './names.ts';

export type Member = {
  readonly uid: Uid;
  readonly name: string;
  readonly bornAt: Millis;
  /** It has our sidecar. Others are counted and named, never waited for. */
  readonly managed: boolean;
  /** Booting: its app has not started yet, so that it is not counted in shares. */
  readonly phase: 'booting' | 'running';
  /** Every app container is ready; our own sidecar is not asked. */
  readonly ready: boolean;
  /** Since when its pod is not Ready, to the second; null while it is, or where that is not told. */
  readonly unreadySince: Millis | null;
  /** Every start of its app containers, as far as it was seen. */
  readonly startedAt: readonly Millis[];
  /** Of its app containers that do not run now, and did: when they ended. */
  readonly endedAt: readonly Millis[];
  /** Values of the node labels that waves are spread over. */
  readonly topology: Readonly<Record<string, string>>;
  readonly link: Link;
  /** What its files are, as far as the sidecar told this leader. `other`: neither the candidate nor stable. */
  readonly running: Running | null;
  readonly asked: Asked | null;
  readonly refused: Refused | null;
};

/** `unreported`: not heard of since this leader took the Lease. */
export type Link = { readonly kind: 'unreported' } | { readonly kind: 'connected' } | { readonly kind: 'away'; readonly since: Millis };

export type Running = {
  /** The name of a revision that we know, `other`, or null: no files yet. */
  readonly revision: Revision | null;
  readonly at: Millis;
  readonly proof: 'Delivered' | 'Confirmed' | 'Booted' | 'Adopted';
};

/** The assignment in flight; gone with its ack. */
export type Asked = { readonly revision: Revision; readonly attempt: Attempt; readonly at: Millis };

export type Refused = { readonly revision: Revision; readonly attempt: Attempt; readonly at: Millis; readonly because: string };
