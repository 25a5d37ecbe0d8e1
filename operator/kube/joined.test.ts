import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Copy, joined } from './joined.ts';
import type { Health } from './reflector.ts';

const FINE: Health = { lastHeardAt: 9, failing: null, relists: 0, reconnects: 0, stalls: 0, garbled: 0, handlerErrors: 0 };

test('of no collection there is nothing, and nothing to wait for', async () => {
  const none = joined([]);
  await none.synced;
  assert.deepEqual([none.isSynced(), none.list(), none.get('shop/a'), none.health().lastHeardAt], [true, [], undefined, null]);
});

test('several are whole when each is', () => {
  assert.equal(joined([aStore({}), aStore({}, FINE, false)]).isSynced(), false);
  assert.equal(joined([aStore({}), aStore({})]).isSynced(), true);
});

test('an object that is null is found, too: a Namespace that is not frozen', () => {
  assert.equal(joined<string | null>([aStore({}), aStore({ shop: null })]).get('shop'), null);
});

test('together they have the oldest word, the first complaint, and the sum of what went wrong', () => {
  const away = { ...FINE, lastHeardAt: 5, failing: 'no answer', stalls: 2 };
  const never = { ...FINE, lastHeardAt: null, reconnects: 1, stalls: 1 };
  assert.deepEqual(joined([aStore({}, FINE), aStore({}, away), aStore({}, never)]).health(), {
    ...FINE,
    lastHeardAt: 5,
    failing: 'no answer',
    reconnects: 1,
    stalls: 3,
  });
});

function aStore<T>(objects: Readonly<Record<string, T>>, health = FINE, isSynced = true): Copy<T> {
  return {
    get: (key) => objects[key],
    list: () => Object.values(objects),
    synced: Promise.resolve(),
    isSynced: () => isSynced,
    health: () => health,
  };
}
