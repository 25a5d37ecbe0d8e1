import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complainer } from './complain.ts';
import { turnedClock } from './testing/turned-clock.ts';

test('ten thousand strangers fill no log', () => {
  const { complain, lines, clock } = aComplainer();
  for (let i = 0; i < 10_000; i++) complain('no_token', `10.0.${i >> 8}.${i & 255}`);
  assert.equal(lines.length, 50);
  clock.turn(1_000);
  for (let i = 0; i < 10_000; i++) complain('no_token', `10.1.${i >> 8}.${i & 255}`);
  assert.equal(lines.length, 55);
});

test('what is dialled again and goes well is no line', () => {
  const { complain, lines } = aComplainer();
  for (const reason of ['busy', 'not_leader', 'unknown_pod', 'review_failed'] as const) complain(reason, '10.0.0.1');
  assert.deepEqual(lines, []);
});

function aComplainer() {
  const clock = turnedClock();
  const lines: object[] = [];
  return { clock, lines, complain: complainer({ warn: (fields) => void lines.push(fields) }, clock) };
}
