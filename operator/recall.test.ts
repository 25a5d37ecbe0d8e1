import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { openRecall } from './recall.ts';

const policy = (resourceVersion: string) => ({ metadata: { uid: 'u', resourceVersion } }) as ReloadPolicy;

test('until the watch tells of it, a pass goes on from what was written', () => {
  const recall = openRecall();
  recall.wrote(policy('1000'), 0);
  assert.equal(recall.newest(policy('999')).metadata.resourceVersion, '1000');
  assert.equal(recall.newest(policy('1000')).metadata.resourceVersion, '1000');
  assert.equal(recall.newest(policy('1001')).metadata.resourceVersion, '1001');
});
