import assert from 'node:assert/strict';
import { test } from 'node:test';
import { because, cut, LISTED_BECAUSE_MAX } from './because.ts';

test('a reason that fits stays as it is', () => assert.equal(cut('abc', 3), 'abc'));
test('a longer one is cut and says so', () => assert.equal(cut('abcd', 3), 'ab…'));
test('an emoji is never cut through', () => assert.equal(cut('a😀bc', 3), 'a…'));
test('what was cut once is not cut again', () => assert.equal(cut(cut('abcd', 3), 3), 'ab…'));
test('the API takes what was cut', () => {
  assert.equal(because(LISTED_BECAUSE_MAX).safeParse('x'.repeat(181)).success, false);
  assert.equal(because(LISTED_BECAUSE_MAX).safeParse(cut('x'.repeat(181), LISTED_BECAUSE_MAX)).success, true);
});
