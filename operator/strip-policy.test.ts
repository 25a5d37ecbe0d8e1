import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPolicy } from './reloads/testing/a-reload.ts';
import { stripPolicy } from './strip-policy.ts';

test('of a policy, all is kept that says what it is and wants, and nothing of who wrote it', () => {
  const policy = aPolicy({ rollout: 3 });
  const metadata = { ...policy.metadata, generation: 7, deletionTimestamp: '2026-02-01T00:00:00Z' };
  const written = {
    managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
    annotations: { 'kubectl.kubernetes.io/last-applied': '{}' },
  };
  assert.deepEqual(stripPolicy({ ...policy, metadata: { ...metadata, ...written } }), { ...policy, metadata });
});
