import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { claimants } from './claimants.ts';
import { aPolicy } from './testing/shapes.ts';

const policy = aPolicy({ sources: [{ configMap: { name: 'web-config' } }], handle: { http: { port: 8080, path: '/-/reload' } } });
const its = { app: 'web' };

/** `lists`: how each list of the API server goes, in turn. */
function made(known: readonly ReloadPolicy[], ...lists: readonly (() => Promise<readonly ReloadPolicy[]>)[]) {
  let listed = 0;
  const policiesFor = claimants({ known: () => known, list: () => (lists[listed++] ?? assert.fail('one list too many'))() });
  return { policiesFor, listed: () => listed };
}

test('a policy that is known costs no request', async () => {
  assert.deepEqual(await made([policy]).policiesFor('shop', its), [policy]);
});

test('a policy that was made a moment ago, and has not come to this replica, has its pods all the same', async () => {
  assert.deepEqual(await made([], async () => [policy]).policiesFor('shop', its), [policy]);
});

test('where the API server cannot be asked there is no answer, so that failurePolicy decides; the next pod is asked about anew', async () => {
  const { policiesFor } = made(
    [],
    () => Promise.reject(new Error('refused')),
    async () => [policy],
  );
  await assert.rejects(policiesFor('shop', its), /refused/);
  assert.deepEqual(await policiesFor('shop', its), [policy]);
});

test('of many pods at once the first costs a list, and all others together another one, which begins after they came', async () => {
  const first = Promise.withResolvers<readonly ReloadPolicy[]>();
  const { policiesFor, listed } = made(
    [],
    () => first.promise,
    async () => [policy],
    async () => [],
  );
  const before = policiesFor('shop', its);
  const others = [policiesFor('shop', its), policiesFor('shop', its), policiesFor('shop', its)];
  assert.equal(listed(), 1);
  first.resolve([]);
  assert.deepEqual(await before, []);
  for (const other of others) assert.deepEqual(await other, [policy]);
  assert.equal(listed(), 2);
  assert.deepEqual(await policiesFor('shop', its), []);
});
