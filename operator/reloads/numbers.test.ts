import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastReloadOf, rolloutOf } from './numbers.ts';
import { aPolicy, aReload } from './testing/a-reload.ts';

const of = (rollout: number | null, ...names: readonly string[]) =>
  lastReloadOf(
    aPolicy(),
    names.map((name) => aReload(name)),
    rollout,
  );

const cases: readonly (readonly [why: string, last: number, rollout: number | null, ...names: readonly string[]])[] = [
  ['there is none', 0, null],
  ['a wish has no number', 0, null, 'web-undo-x'],
  ['the highest one, not the last', 10, null, 'web-9', 'web-10', 'web-2'],
  ['a policy that is made again goes on from its last life', 54_321, null, 'web-54320', 'web-54321'],
  ['so does one that adopted', 54_321, 0, 'web-54321'],
  ['one that ran ahead of what the policy remembers, of a status from a backup, say', 1_007, 7, 'web-1007'],
  ["a number far ahead is nobody's rollout", 7, 7, 'web-7', 'web-1008'],
  ['and of a policy that knows no rollout yet, one far beyond what could have been', 9, null, 'web-9', 'web-1000001'],
];
for (const [why, last, rollout, ...names] of cases) {
  test(`the last Reload of a policy at rollout ${rollout} with ${names.join(', ') || 'none'} is ${last}: ${why}`, () =>
    assert.equal(of(rollout, ...names), last));
}

test('a wish for another policy that has the name of a record takes up its number', () => {
  const wish = aReload('web-8', { policy: 'we' });
  assert.equal(lastReloadOf(aPolicy(), [aReload('web-7'), wish], 7), 8);
  assert.equal(lastReloadOf(aPolicy(), [{ ...wish, metadata: { ...wish.metadata, namespace: 'other' } }], 7), 0);
});

test('a number has nine digits at most, as in the API', () => {
  assert.equal(rolloutOf(aReload('web-999999999')), 999_999_999);
  assert.equal(rolloutOf(aReload('web-1000000000')), null);
});
