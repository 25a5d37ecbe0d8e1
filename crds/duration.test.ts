import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationField, millis } from './duration.ts';

for (const [text, ms] of [
  ['500ms', 500],
  ['30s', 30_000],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['1m1ms', 60_001],
  ['0s', 0],
] as const) {
  test(`${text} is ${ms} ms`, () => assert.equal(millis(text), ms));
}

for (const text of ['', '30', 's', '1.5s', '-1s', '1d', '1 s', '1S', '30s ', '100000s']) {
  test(`"${text}" is no duration`, () => assert.throws(() => millis(text), RangeError));
}

test('a field takes both of its bounds and nothing beyond them', () => {
  const bake = durationField('bake', { from: '1s', upTo: '10m' });
  const taken = ['999ms', '1s', '1000ms', '10m', '600s', '10m1ms', '1h'].filter((text) => bake.safeParse(text).success);
  assert.deepEqual(taken, ['1s', '1000ms', '10m', '600s']);
});

test('a field says its name and its bounds', () => {
  const refused = durationField('bake', { from: '1s', upTo: '10m' }).safeParse('soon');
  assert.equal(refused.error?.issues[0]?.message, 'bake must be a duration such as 30s or 1h30m, from 1s to 10m');
});
