import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOnce } from './once.ts';

const labels = (app: string) => ({ labels: { app }, name: 'web' });

test('two objects that say the same have one value for it, and each its own for the rest', () => {
  const once = openOnce();
  const [a, b, c] = ['web', 'web', 'api'].map((app) => once(labels(app), 'labels'));
  assert.equal(a?.labels, b?.labels);
  assert.deepEqual([a, c], [labels('web'), labels('api')]);
  assert.notEqual(a, b);
});

test('the same text is the same in each field, and a text is never taken for the list that it spells', () => {
  const once = openOnce();
  const list = once({ of: ['a'] as readonly string[] }, 'of');
  assert.equal(once({ of: ['a'] as readonly string[] }, 'of').of, list.of);
  assert.equal(once({ of: '["a"]' }, 'of').of, '["a"]');
});

test('a field that is absent or null stays so', () => {
  const once = openOnce();
  const pod: { node: string | null; owner?: string } = { node: null };
  assert.deepEqual(once(pod, 'node'), { node: null });
  assert.equal('owner' in once(pod, 'owner'), false);
});

test('of what was not met lately nothing is kept, however much of it there is; what is met again and again stays', () => {
  const once = openOnce(2);
  const first = once(labels('web'), 'labels').labels;
  for (const app of ['a', 'b', 'c']) {
    once(labels(app), 'labels');
    assert.equal(once(labels('web'), 'labels').labels, first);
  }
  for (const app of ['d', 'e', 'f', 'g']) once(labels(app), 'labels');
  assert.notEqual(once(labels('web'), 'labels').labels, first);
});
