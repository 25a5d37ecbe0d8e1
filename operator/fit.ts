import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';

/** 16 KiB, with room for how the API server writes it. */
const MOST_BYTES = 16_000;

/**
 * A status that is not too large for etcd and for a list of a thousand policies, whatever fails: the longer one of the lists that are for people
 * only loses its end until it fits. What the planner remembers is never cut here.
 */
export function fit(status: ReloadPolicyStatus): ReloadPolicyStatus {
  let fitting = status;
  while (bytesOf(fitting) > MOST_BYTES) {
    const { gates = [], offenders = [] } = fitting;
    if (gates.length + offenders.length === 0) return fitting;
    fitting =
      gates.length > offenders.length ? { ...fitting, gates: gates.slice(0, -1) } : { ...fitting, offenders: offenders.slice(0, -1) };
  }
  return fitting;
}

function bytesOf(status: ReloadPolicyStatus): number {
  return Buffer.byteLength(JSON.stringify(status));
}
