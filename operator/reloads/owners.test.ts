import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kube } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import { ownersOf } from './owners.ts';

const policy = {
  apiVersion: 'fleetreload.dev/v1alpha1',
  kind: 'ReloadPolicy',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', resourceVersion: '1' },
} as const;

test('a record is owned by its policy, and by its Namespace, so that it stays when the policy goes', async () => {
  const asked: unknown[] = [];
  const list = (async (...what: unknown[]) => {
    asked.push(what);
    return { metadata: { resourceVersion: '1' }, items: [{ metadata: { uid: 'uid-shop' } }] };
  }) as unknown as Kube['list'];
  assert.deepEqual(await ownersOf(policy, { list }), [
    { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', name: 'web', uid: 'uid-web' },
    { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid-shop' },
  ]);
  assert.deepEqual(asked, [['/api/v1/namespaces', { metadataOnly: true, query: { fieldSelector: 'metadata.name=shop' } }]]);
});

test('where the Namespace cannot be seen nobody owns it: a policy alone would take the audit along', async () => {
  const nothing = async () => ({ metadata: { resourceVersion: '1' }, items: [] });
  const refused = async () => {
    throw new KubeError('no', { status: 403, reason: 'Forbidden' });
  };
  assert.deepEqual(await ownersOf(policy, { list: nothing }), []);
  assert.deepEqual(await ownersOf(policy, { list: refused }), []);
});

test('an outage is no answer: the record is made by the next pass', async () => {
  const outage = async () => {
    throw new KubeError('no answer', { status: null, reason: 'NoAnswer' });
  };
  await assert.rejects(ownersOf(policy, { list: outage }), /no answer/);
});
