import type { Epoch } from '../../sidecar/protocol.ts';

/** Left to right, as versions are: below 0, 0, above 0. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** More changes of leader than a Lease will ever see. A sidecar that claims more must not push the Lease to the end of its int32. */
const BELIEVABLE_TRANSITIONS = 1_000_000_000;

export function higherEpoch(known: Epoch | null, heard: Epoch | null): Epoch | null {
  if (heard === null || heard[0] > BELIEVABLE_TRANSITIONS) return known;
  return known === null || compareEpochs(heard, known) > 0 ? heard : known;
}
