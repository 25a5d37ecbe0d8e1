import assert from 'node:assert/strict';
import { test } from 'node:test';
import { span } from './age.ts';

for (const [ms, says, because] of [
  [0, '0s', 'nothing has passed'],
  [-5000, '0s', 'the clocks of two machines differ'],
  [59_000, '59s', 'seconds below two minutes'],
  [119_000, '119s', 'seconds below two minutes'],
  [120_000, '2m', 'minutes from then on'],
  [7_100_000, '118m', 'minutes below two hours'],
  [3 * 3_600_000, '3h', 'hours below two days'],
  [50 * 3_600_000, '2d', 'days from then on'],
] as const)
  test(`${ms} ms are ${says}: ${because}`, () => assert.equal(span(ms), says));
