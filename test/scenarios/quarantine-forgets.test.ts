import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, askedMembers, pass, refuse } from '../support/fake-fleet.ts';

// Twenty-one times the same is no story.
test('twenty failed revisions are remembered; of one more, the oldest is forgotten', () => {
  const fleet = aFleet(2);
  pass(fleet);
  const failed = Array.from({ length: 21 }, (_, n) => `bad-${n + 1}`);
  for (const revision of failed) {
    fleet.source = { kind: 'present', revision };
    for (let passes = 0; passes < 6; passes++) {
      pass(fleet);
      for (const member of askedMembers(fleet)) refuse(fleet, member, 'no');
      fleet.now += 10_000;
    }
  }
  assert.deepEqual(
    fleet.progress?.quarantined.map(({ revision }) => revision),
    failed.slice(1),
  );
});
