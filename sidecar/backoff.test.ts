import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAstray, pauseBefore, pauseForLeader } from './backoff.ts';

test('the first retry comes within 2 s, later ones within 10 s, and one for the leader within 0.5 s', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 1000].map((tries) => pauseBefore(tries, 1)),
    [2000, 4000, 8000, 10_000, 10_000],
  );
  assert.deepEqual([0, 1].map(pauseForLeader), [100, 500]);
});

test('of 10,000 members that lose the operator at once, no more than 500 dial in any tenth of a second', () => {
  for (const triesInVain of [0, 1, 2, 3, 50]) {
    const dials = Array.from({ length: 10_000 }, (_, i) => pauseBefore(triesInVain, i / 10_000));
    const inTenths = Map.groupBy(dials, (ms) => Math.floor(ms / 100));
    for (const [tenth, those] of inTenths) assert.ok(those.length <= 500, `${those.length} after ${tenth / 10} s`);
  }
});

for (const [because, wasConnected, astray] of [
  ['the operator answered 503: not leader', false, true],
  ['not leader', true, false],
  ['the operator answered 503: too many dial at once', false, false],
  ['connect ECONNREFUSED 10.0.0.1:8443', false, false],
] as const) {
  test(`${wasConnected ? 'a stream that ends with' : 'a dial that ends with'} "${because}" is tried again ${astray ? 'soon' : 'as a fleet'}`, () =>
    assert.equal(isAstray(because, wasConnected), astray));
}

test('whatever was tried before, a pause is no longer than 10 s, and each part of its time is as likely as another', () => {
  const chance = fc.nat(2 ** 31 - 1).map((n) => n / 2 ** 31);
  fc.assert(
    fc.property(fc.nat(2_000), chance, (triesInVain, random) => {
      const [pause, longest] = [pauseBefore(triesInVain, random), pauseBefore(triesInVain, 1)];
      assert.ok(pause >= 0 && pause <= longest && longest <= 10_000);
      assert.ok(longest >= 2_000, 'never a blink only');
      assert.equal(pauseBefore(triesInVain, random / 2), pause / 2);
    }),
  );
});
