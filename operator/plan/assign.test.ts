import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, apply, askedMembers, pass, refuse } from '../../test/support/fake-fleet.ts';

test('who waits for room to try again is assigned the candidate still, by the try that it refused', () => {
  const fleet = aFleet(3, aPolicy({ retries: 1 }));
  pass(fleet);
  for (const member of askedMembers(fleet)) apply(fleet, member);
  fleet.source = { kind: 'present', revision: 'r2' };
  const [canary] = pass(fleet).news;
  for (const member of askedMembers(fleet)) refuse(fleet, member, 'the disk is full');
  fleet.policy = { ...fleet.policy, paused: true };
  const { news, assignments } = pass(fleet);
  assert.deepEqual(news, []);
  assert.deepEqual(
    assignments.find(({ uid }) => uid === canary?.uid),
    canary,
  );
});
