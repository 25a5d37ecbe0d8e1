import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, change, situationOf } from '../../test/support/fake-fleet.ts';
import { isBroken, starting } from './fleet.ts';

const T = 1_000_000;
// What is given to an app to start: 20 s of timeout, and 2 s for the answer on its way.
const fleetOf = (bornAt: number, startedAt: readonly number[]) => {
  const fleet = aFleet(1, aPolicy({ timeoutMs: 20_000 }));
  change(fleet, 'pod-1', { ready: false, bornAt, startedAt });
  return situationOf({ ...fleet, now: T });
};

for (const [why, bornAt, startedAt, until] of [
  ['its image was pulled for minutes: what counts is when its app started', T - 600_000, [T - 5_000], T + 17_000],
  ['its app was not seen to start yet: what counts is when it was made', T - 5_000, [], T + 17_000],
  ['it starts again and again: its first start was long ago', T - 600_000, [T - 300_000, T - 5_000], null],
  ['it was made just now on a node whose clock is behind', T, [T - 30_000], null],
  ['its time is over in this moment', T - 600_000, [T - 22_000], null],
] as const) {
  test(`a member that is not Ready is ${until === null ? 'not starting any more' : 'starting'}: ${why}`, () => {
    const situation = fleetOf(bornAt, startedAt);
    assert.deepEqual(starting(situation), until === null ? [] : [until]);
    assert.equal(isBroken(situation), until === null);
  });
}
