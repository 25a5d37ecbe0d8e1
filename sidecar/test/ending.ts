import assert from 'node:assert/strict';
import type { Result } from '../work.ts';
import type { FleetOfOne } from './fleet-of-one.ts';

/** Ends what is in flight, one work after another, until one of that kind is. */
export function finishUntil(fleet: FleetOfOne, kind: string): void {
  for (let i = 0; fleet.pending() !== kind && i < 20; i++) fleet.finish();
  assert.equal(fleet.pending(), kind);
}

/** What the operator was told, one line an ack. */
export function outcomes(fleet: FleetOfOne): string[] {
  return fleet.acks.map(
    ({ revision, outcome }) => `${revision} ${outcome.kind} ${outcome.kind === 'applied' ? outcome.proof : outcome.because}`,
  );
}

export function refuse(because: string, told = false): Result {
  return { kind: 'failed', because, told };
}
