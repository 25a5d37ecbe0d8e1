import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, type RawBudget, stripBudget } from './budgets.ts';

const budget = (changes: Partial<RawBudget>): RawBudget => ({
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', generation: 2 },
  ...changes,
});

const cases: [status: RawBudget['status'], left: number, why: string][] = [
  [{ disruptionsAllowed: 3, observedGeneration: 2 }, 3, 'as its controller counted'],
  [{ disruptionsAllowed: 3, observedGeneration: 1 }, 0, 'counted for the spec before'],
  [{ observedGeneration: 2 }, 0, 'counted, and none'],
  [undefined, 0, 'not counted yet'],
];
for (const [status, left, why] of cases) {
  test(`a budget with status ${JSON.stringify(status)} leaves ${left}: ${why}`, () =>
    assert.equal(stripBudget(budget({ ...(status && { status }) })).left, left));
}

test('no selector covers no pod, an empty one covers all, and another one those that it matches', () => {
  const of = (spec: RawBudget['spec']) => covers(stripBudget(budget({ ...(spec && { spec }) })), { app: 'web' });
  assert.deepEqual([of(undefined), of({}), of({ selector: null }), of({ selector: {} })], [false, false, false, true]);
  assert.deepEqual([of({ selector: { matchLabels: { app: 'web' } } }), of({ selector: { matchLabels: { app: 'db' } } })], [true, false]);
});
