import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, type FakeFleet, pass } from '../../test/support/fake-fleet.ts';
import type { Request } from './situation.ts';

const GO_TO_R0: Request = {
  reload: 'web-undo',
  kind: 'goTo',
  revision: 'r0',
  rollout: null,
  by: 'alice',
  reason: 'r1 is slow',
  missing: null,
};

/** Rollout 1 takes the fleet from r1 to r0, since a person wishes it, and its Reload does not say so yet. */
function owing(): FakeFleet {
  const fleet = aFleet(3);
  pass(fleet);
  fleet.requests = [GO_TO_R0];
  const { progress, answer } = pass(fleet);
  assert.deepEqual([progress.rollout, progress.candidate, answer], [1, 'r0', { reload: 'web-undo', refused: null }]);
  fleet.now += 10_000;
  return fleet;
}

test('an edit waits until the wish that was taken up before it is answered, since its rollout overwrites that', () => {
  const fleet = owing();
  fleet.source = { kind: 'present', revision: 'r3' };
  const { progress, answer } = pass(fleet);
  assert.deepEqual([progress.rollout, progress.candidate, answer?.reload], [1, 'r0', 'web-undo']);
  fleet.requests = [];
  assert.deepEqual([pass(fleet).progress.rollout, fleet.progress?.candidate], [2, 'r3']);
});

test('members are called back while an answer is owed: no rollout begins with that', () => {
  const fleet = owing();
  assert.ok(fleet.progress);
  fleet.progress = { ...fleet.progress, undone: null, quarantined: [{ revision: 'r3', at: 0, because: 'it failed', rollout: 1 }] };
  fleet.source = { kind: 'present', revision: 'r3' };
  assert.deepEqual([pass(fleet).progress.candidate, fleet.progress.rollout], [null, 1]);
});

test('a wish that is refused again and again, since its answer cannot be written, holds no edit', () => {
  const fleet = owing();
  fleet.requests = [{ ...GO_TO_R0, reload: 'web-undo-again', missing: 'r0 is gone' }];
  fleet.source = { kind: 'present', revision: 'r3' };
  const { progress, answer } = pass(fleet);
  assert.deepEqual([progress.rollout, progress.candidate, answer], [2, 'r3', { reload: 'web-undo-again', refused: 'r0 is gone' }]);
});
