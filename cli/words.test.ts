import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsIn } from './words.ts';

const log = (...lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const ASKED = { ts: '2026-11-02T10:43:00.250Z', msg: 'assigned', revision: 'r2', attempt: '7.1' };
const REFUSED = { msg: 'refused', revision: 'r2', attempt: '7.1', because: 'nginx kept its workers' };
const BACK = [
  { ts: '2026-11-02T10:43:05.000Z', msg: 'assigned', revision: 'r1', attempt: '7.r1' },
  { msg: 'applied', revision: 'r1', attempt: '7.r1', proof: 'Confirmed' },
];

test('a member that refused and went back runs stable, and what it refused is still known', () => {
  const words = wordsIn(log(ASKED, REFUSED, ...BACK));
  assert.deepEqual(words.running, { revision: 'r1', proof: 'Confirmed' });
  assert.deepEqual(words.refused, { attempt: '7.1', revision: 'r2', because: 'nginx kept its workers' });
  assert.equal(words.answered, true);
});

test('one that was asked and has not answered is on it', () => {
  assert.equal(wordsIn(log(...BACK, ASKED)).answered, false);
});

test('what is stated again to a member that answered is no new question', () => {
  const words = wordsIn(log(ASKED, REFUSED, { ...ASKED, ts: '2026-11-02T11:00:00.000Z' }));
  assert.deepEqual([words.answered, words.asked?.at], [true, Date.parse(ASKED.ts)]);
});

test('a trouble is over when it is connected again', () => {
  const trouble = { msg: 'not connected to the operator: ECONNREFUSED' };
  assert.equal(wordsIn(log(trouble)).trouble, trouble.msg);
  assert.equal(wordsIn(log(trouble, { msg: 'connected to the operator' })).trouble, null);
});

test('half a line and what is no JSON say nothing', () => {
  assert.equal(wordsIn(`led","revision":"r9"}\nSegmentation fault\n42\n${log(...BACK)}`).running?.revision, 'r1');
});
