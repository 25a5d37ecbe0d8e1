import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type At, pathIn, pathOf } from './paths.ts';

const PODS = { apiVersion: 'v1', plural: 'pods' };
const POLICIES = { apiVersion: 'fleetreload.dev/v1alpha1', plural: 'reloadpolicies' };

for (const [resource, at, path, because] of [
  [PODS, {}, '/api/v1/pods', 'the core group has no name'],
  [PODS, { namespace: 'shop', name: 'a' }, '/api/v1/namespaces/shop/pods/a', 'an object lives in a namespace'],
  [POLICIES, { namespace: 'shop' }, '/apis/fleetreload.dev/v1alpha1/namespaces/shop/reloadpolicies', 'other groups are below /apis'],
  [
    POLICIES,
    { namespace: 'shop', name: 'a', subresource: 'status' },
    '/apis/fleetreload.dev/v1alpha1/namespaces/shop/reloadpolicies/a/status',
    'a subresource comes last',
  ],
  [PODS, { namespace: 'shop', name: 'a/../b?x' }, '/api/v1/namespaces/shop/pods/a%2F..%2Fb%3Fx', 'a name cannot leave its place'],
] as const) {
  test(`a path is ${path}, since ${because}`, () => assert.equal(pathOf(resource, at), path));
}

for (const at of [{ name: '' }, { namespace: '', name: 'a' }, { name: '..' }, { subresource: 'status' }] satisfies At[]) {
  test(`no path is made of ${JSON.stringify(at)}, which would mean other objects`, () => assert.throws(() => pathOf(PODS, at)));
}

test('a collection is that of one namespace, or of all', () => {
  assert.deepEqual([pathIn(PODS, 'shop'), pathIn(PODS, null)], ['/api/v1/namespaces/shop/pods', '/api/v1/pods']);
});
