import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, pass, situationOf } from '../../test/support/fake-fleet.ts';
import { plan } from './plan.ts';

test('a policy that was made again goes on counting: no Reload and no attempt has a name that was there before', () => {
  const fleet = aFleet(3);
  pass(fleet);
  fleet.source = { kind: 'present', revision: 'r2' };
  const after = plan({ ...situationOf(fleet), lastReload: 7 });
  assert.equal(fleet.progress?.rollout, 0);
  assert.equal(after.progress.rollout, 8);
  assert.deepEqual(
    after.assignments.filter(({ revision }) => revision === 'r2').map(({ attempt }) => attempt),
    ['8.1'],
  );
});
