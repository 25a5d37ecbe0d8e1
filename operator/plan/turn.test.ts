import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, pass } from '../../test/support/fake-fleet.ts';
import { plan } from './plan.ts';

test('a policy that was made again goes on counting: no Reload and no attempt has a name that was there before', () => {
  const fleet = aFleet(3);
  pass(fleet);
  const { policy, progress, members, leaderSince, now } = fleet;
  const source = { kind: 'present', revision: 'r2' } as const;
  const after = plan({ policy, source, fleet: [...members.values()], progress, lastReload: 7, leaderSince, now });
  assert.equal(progress?.rollout, 0);
  assert.equal(after.progress.rollout, 8);
  assert.deepEqual(
    after.assignments.filter(({ revision }) => revision === 'r2').map(({ attempt }) => attempt),
    ['8.1'],
  );
});
