import type { Pod } from './authenticate.ts';
import { buckets, type Rate } from './bucket.ts';
import type { Clock } from './clock.ts';

const KIB = 1024;

type Bounds = { readonly dials: Rate; readonly frames: Rate; readonly bytes: Rate };

/**
 * What one pod may cost us, and what the pods of its namespace may together. A sidecar says three frames an assignment, of 64 KiB at most; it waits
 * a second and more before it dials again. A namespace may be a fleet of 20,000 that all answer at once; what it leaves is for the others.
 */
export const ALLOWED: { readonly pod: Bounds; readonly namespace: Bounds } = {
  pod: {
    dials: { perSecond: 1, burst: 10 },
    frames: { perSecond: 10, burst: 100 },
    bytes: { perSecond: 32 * KIB, burst: 512 * KIB },
  },
  namespace: {
    dials: { perSecond: 400, burst: 800 },
    frames: { perSecond: 4_000, burst: 80_000 },
    bytes: { perSecond: 4_096 * KIB, burst: 65_536 * KIB },
  },
};

export type Allowance = {
  /** May it have a stream now? */
  readonly mayDial: (pod: Pod) => boolean;
  /** Null, or what it has too many of. On all its streams together: to dial again gives nobody more. */
  readonly hear: (pod: Pod, bytes: number) => 'too_many_frames' | 'too_many_bytes' | null;
};

/** A pod that is over its own bounds takes nothing of its namespace's. */
export function allowance(clock: Pick<Clock, 'now'>, allowed: typeof ALLOWED = ALLOWED): Allowance {
  const of = ({ dials, frames, bytes }: Bounds) => ({
    dials: buckets(dials, clock),
    frames: buckets(frames, clock),
    bytes: buckets(bytes, clock),
  });
  const [pods, namespaces] = [of(allowed.pod), of(allowed.namespace)];
  return {
    mayDial: ({ uid, namespace }) => pods.dials(uid) && namespaces.dials(namespace),
    hear: ({ uid, namespace }, bytes) => {
      if (!pods.frames(uid) || !namespaces.frames(namespace)) return 'too_many_frames';
      return pods.bytes(uid, bytes) && namespaces.bytes(namespace, bytes) ? null : 'too_many_bytes';
    },
  };
}
