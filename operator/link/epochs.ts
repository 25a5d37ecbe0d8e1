import type { Epoch } from '../../sidecar/protocol.ts';

/** Left to right, as versions are: below 0, 0, above 0. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** More changes of leader than a Lease will ever see, and than it sees between the last status that we wrote, which has its epoch, and now. */
const BELIEVABLE = { transitions: 1_000_000_000, aboveOurs: 100 };

/** A sidecar's claim must not push the Lease to the end of its int32, neither at once nor in few steps; `epoch.ts` says how many a minute. */
export function isBelievable(heard: Epoch | null, ours: Epoch | null): boolean {
  return heard === null || heard[0] <= Math.min(BELIEVABLE.transitions, (ours?.[0] ?? 0) + BELIEVABLE.aboveOurs);
}

export function higherEpoch(known: Epoch | null, heard: Epoch | null): Epoch | null {
  if (heard === null) return known;
  return known === null || compareEpochs(heard, known) > 0 ? heard : known;
}
