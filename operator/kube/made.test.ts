import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMade } from './made.ts';

test('what was made is known for as long as the watch may be late, and forgotten with the next that is made', () => {
  const made = openMade();
  made.add('a', 1_000);
  made.add('b', 2_000);
  assert.deepEqual([made.isRecent('a', 5_999), made.isRecent('a', 6_000), made.isRecent('c', 2_000)], [true, false, false]);
  made.add('a', 6_500);
  made.add('c', 7_000);
  assert.deepEqual([made.size, made.isRecent('a', 7_000), made.isRecent('b', 6_999)], [2, true, false]);
  made.delete('a');
  assert.equal(made.size, 1);
});
