import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrap } from './screen.ts';

test('a reason is wrapped at blanks, to at most three lines, and says that it goes on', () => {
  assert.deepEqual(wrap('nginx master 7 kept its workers', 16), ['nginx master 7', 'kept its workers']);
  assert.deepEqual(wrap('one two three four five', 5), ['one', 'two', 'thr …']);
  assert.deepEqual(wrap('', 5), ['']);
});
