/** A coordination.k8s.io/v1 Lease. Fields that are not named here are kept as they are. */
export type Lease = {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string };
  readonly spec?: LeaseSpec;
};

export type LeaseSpec = {
  /** Null or not there: released. */
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
};

/** What another saw of a Lease, and when on its own monotonic clock. Whether time passes for the holder is seen by this changing, never by its times. */
export type Observed = { readonly mark: string; readonly at: number };

export function observe(before: Observed | null, { spec = {} }: Lease, now: number): Observed {
  const mark = JSON.stringify([spec.holderIdentity, spec.renewTime, spec.leaseTransitions]);
  return before?.mark === mark ? before : { mark, at: now };
}

/** Released, ours by a write whose answer was lost, or not renewed for as long as its holder promised. */
export function isFree({ spec = {} }: Lease, identity: string, observed: Observed, now: number, leaseMs: number): boolean {
  if (!spec.holderIdentity || spec.holderIdentity === identity) return true;
  const promisedMs = spec.leaseDurationSeconds ? spec.leaseDurationSeconds * 1000 : leaseMs;
  return now - observed.at >= promisedMs;
}

/** Each reign has its own number, also the second one of the same process: what was said in an older one can be told by it. */
export function taken(lease: Lease, identity: string, leaseMs: number, wall: number): Lease {
  const leaseTransitions = (lease.spec?.leaseTransitions ?? 0) + 1;
  const time = microTime(wall);
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseMs / 1000),
    acquireTime: time,
    renewTime: time,
    leaseTransitions,
  };
  return { ...lease, spec: { ...lease.spec, ...spec } };
}

/** `transitions` is never lowered. */
export function renewed(lease: Lease, transitions: number, wall: number): Lease {
  const leaseTransitions = Math.max(transitions, lease.spec?.leaseTransitions ?? 0);
  return { ...lease, spec: { ...lease.spec, renewTime: microTime(wall), leaseTransitions } };
}

export function released(lease: Lease, wall: number): Lease {
  return { ...lease, spec: { ...lease.spec, holderIdentity: null, leaseDurationSeconds: 1, renewTime: microTime(wall) } };
}

/** The API server takes exactly six digits of a second. */
function microTime(wall: number): string {
  return new Date(wall).toISOString().replace('Z', '000Z');
}
