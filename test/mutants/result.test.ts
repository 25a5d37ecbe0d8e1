import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failuresOf, type Tried, tableOf } from './result.ts';
import type { Fate } from './trial.ts';

const explained = [{ file: 'a.ts', before: 'line 0', after: 'other', because: 'nobody sees it' }];

function tried(...fates: Fate[]): Tried[] {
  return fates.map((fate, n) => ({ mutant: { file: 'a.ts', line: n, before: `line ${n}`, after: 'other', text: '' }, fate }));
}

test('the table counts an explained survivor apart', () => {
  const table = tableOf(tried('survived', 'tests', 'simulation', 'silence', 'survived'), explained);
  assert.deepEqual(
    table.split('\n').map((row) => row.split(/ {2,}/)),
    [
      ['file', 'mutants', 'by tests', 'simulation', 'silence', 'survived', 'explained', 'killed %'],
      ['a.ts', '5', '1', '1', '1', '1', '1', '75.0'],
      ['all', '5', '1', '1', '1', '1', '1', '75.0'],
    ],
  );
});

test('fewer than 90 % is a failure, 90 % is enough', () => {
  const nine = Array<Fate>(9).fill('tests');
  assert.deepEqual(failuresOf(tried(...nine, 'survived'), []), []);
  assert.match(failuresOf(tried(...nine, 'survived', 'survived'), [])[0] ?? '', /^81\.8 % of the mutants are killed/);
});

test('an explained survivor that is killed, or is not there, is a failure', () => {
  assert.match(failuresOf(tried('tests'), explained)[0] ?? '', /is killed; take it off the list: a\.ts: line 0 → other/);
  assert.match(failuresOf([], explained)[0] ?? '', /is not there any more; take it off the list: a\.ts: line 0 → other/);
  assert.deepEqual(failuresOf(tried('survived'), explained), []);
});
