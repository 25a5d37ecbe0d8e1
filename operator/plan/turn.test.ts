import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, pass, situationOf } from '../../test/support/fake-fleet.ts';
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

test('an edit of which nobody saw when it was made waits for no more of them', () => {
  const fleet = aFleet(3, aPolicy({ trigger: { quietMs: 2_000, maxWaitMs: 30_000, minIntervalMs: 0 } }));
  pass(fleet);
  fleet.source = { kind: 'present', revision: 'r2' };
  fleet.edited = null;
  assert.equal(pass(fleet).progress.candidate, 'r2');
});
