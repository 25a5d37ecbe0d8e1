import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, type Selector } from './selector.ts';

const pod = { app: 'web', tier: 'front' };
const cases: [selector: Selector, holds: boolean, why: string][] = [
  [{ matchLabels: { app: 'web' } }, true, 'the label is there'],
  [{ matchLabels: { app: 'web', tier: 'back' } }, false, 'every label must hold'],
  [{ matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }] }, true, 'In: one of them'],
  [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false, 'In: a missing label is in no list'],
  [{ matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }] }, false, 'NotIn: it is'],
  [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true, 'NotIn: a missing label is not in the list'],
  [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true, 'Exists: it does'],
  [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false, 'DoesNotExist: it does'],
  [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false, 'labels and expressions together'],
];

for (const [selector, holds, why] of cases) {
  test(`${JSON.stringify(selector)} ${holds ? 'selects' : 'leaves'} the pod: ${why}`, () => assert.equal(matches(selector, pod), holds));
}
