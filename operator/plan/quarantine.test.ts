import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut as cutForStatus, LISTED_BECAUSE_MAX } from '../../crds/because.ts';
import { aFleet, askedMembers, apply, pass, refuse } from '../../test/support/fake-fleet.ts';
import { BECAUSE_MAX, cut } from './quarantine.ts';

test('a reason is cut to what status keeps of one, and in the same way', () => {
  assert.equal(BECAUSE_MAX, LISTED_BECAUSE_MAX);
  for (const text of ['short', 'x'.repeat(180), 'x'.repeat(181), `${'x'.repeat(178)}🦊 and more`])
    assert.equal(cut(text), cutForStatus(text, LISTED_BECAUSE_MAX));
});

test('what quarantine says is what the rollout says, so that a long reason is recorded once', () => {
  const fleet = aFleet(2);
  pass(fleet);
  for (const member of askedMembers(fleet)) apply(fleet, member);
  fleet.source = { kind: 'present', revision: 'r2' };
  pass(fleet);
  for (const member of askedMembers(fleet)) refuse(fleet, member, 'no such upstream '.repeat(20));
  const { progress } = pass(fleet);
  assert.equal(progress.quarantined[0]?.because, progress.because);
  assert.equal(progress.because.length, BECAUSE_MAX);
  pass(fleet);
  const rested = pass(fleet).progress;
  assert.deepEqual(pass(fleet).progress, rested, 'nothing is written any more');
  assert.ok(rested.because.startsWith(progress.because));
});
