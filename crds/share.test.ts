import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareField, shareOf } from './share.ts';

for (const [text, share] of [
  ['1', 1],
  ['0', 0],
  ['100000', 100_000],
  ['1%', '1%'],
  ['100%', '100%'],
  ['0%', null],
  ['101%', null],
  ['010%', null],
  ['100001', null],
  ['-1', null],
  ['1.5', null],
  ['many', null],
  ['', null],
] as const) {
  test(`"${text}" ${share === null ? 'is no share' : `is the share ${share}`}`, () => assert.equal(shareOf(text), share));
}

test('nobody is a share only where that is allowed', () => {
  assert.equal(shareField('maxFailures', { atLeast: 0 }).safeParse(0).success, true);
  assert.equal(shareField('upTo', { atLeast: 1 }).safeParse(0).success, false);
});
