import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar } from './bar.ts';

const shown = (count: number, of: number) =>
  bar(count, of)
    .map((piece) => (typeof piece === 'string' ? piece : piece[1]))
    .join('');

for (const [count, of, says, because] of [
  [0, 4, '[░░░░░░░░░░░░░░░░░░░░] 0 of 4', 'nobody'],
  [1, 1000, '[█░░░░░░░░░░░░░░░░░░░] 1 of 1000', 'one of many is seen'],
  [2, 4, '[██████████░░░░░░░░░░] 2 of 4', 'half'],
  [999, 1000, '[███████████████████░] 999 of 1000', 'one that is missing is seen, too'],
  [4, 4, '[████████████████████] 4 of 4', 'all'],
  [0, 0, '[░░░░░░░░░░░░░░░░░░░░] 0 of 0', 'a fleet of nobody'],
] as const)
  test(`${count} of ${of}: ${because}`, () => assert.equal(shown(count, of), says));
