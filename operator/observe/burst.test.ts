import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginning } from '../plan/turn.ts';
import { type Burst, burstOf } from './burst.ts';

const progress = {
  ...beginning,
  stable: 'r1',
  candidate: 'r2',
  undone: 'r4',
  quarantined: [{ revision: 'r3', at: 0, because: 'bad', rollout: 1 }],
};
const bursts = (...revisions: readonly string[]) =>
  revisions.reduce<Burst | null>((before, revision, i) => burstOf(before, revision, progress, i), null);

test('a burst lasts from its first edit, and its last edit is that of the content', () => {
  assert.deepEqual(bursts('r1', 'a'), { revision: 'a', first: 1, last: 1 });
  assert.deepEqual(bursts('r1', 'a', 'a', 'b', 'b'), { revision: 'b', first: 1, last: 3 });
});

test('a burst that goes back to where it was before is one of edits too', () =>
  assert.deepEqual(bursts('a', 'b', 'a'), { revision: 'a', first: 0, last: 2 }));

for (const [revision, why] of [
  ['r1', 'stable'],
  ['r2', 'rolling out'],
  ['r3', 'in quarantine'],
  ['r4', 'undone by a person'],
] as const) {
  test(`a burst ends where the sources are on what is ${why}`, () => {
    assert.equal(bursts('a', revision), null);
    assert.deepEqual(bursts('a', revision, 'b'), { revision: 'b', first: 2, last: 2 });
  });
}

test('a policy that was never planned has everything before it', () =>
  assert.deepEqual(burstOf(null, 'r1', null, 7), { revision: 'r1', first: 7, last: 7 }));
