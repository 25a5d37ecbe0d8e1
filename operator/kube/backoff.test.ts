import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from './backoff.ts';

const waits = (random: number) =>
  [1, 2, 3, 4, 99].map((failures) => backoffMs(failures, { baseMs: 100, maxMs: 1_000, random: () => random }));

test('each wait is twice the one before, up to the longest', () => assert.deepEqual(waits(1), [100, 200, 400, 800, 1_000]));
test('a wait is at least half of what it could be', () => assert.deepEqual(waits(0), [50, 100, 200, 400, 500]));
