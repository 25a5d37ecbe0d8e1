import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, change, pass, situationOf } from '../../test/support/fake-fleet.ts';
import type { Member } from './situation.ts';
import { type Answer, answerOf } from './standing.ts';

const T = 1_000_000;

/** Of a member that runs r2 since T, in a bake that began a second later, where the policy allows two restarts. */
function answerAt(now: number, changes: Partial<Member>): Answer {
  const fleet = aFleet(1, aPolicy({ timeoutMs: 20_000, restarts: 2 }));
  const { progress } = pass(fleet);
  change(fleet, 'pod-1', { running: { revision: 'r2', at: T, proof: 'Confirmed' }, asked: null, ready: false, startedAt: [], ...changes });
  const situation = situationOf({ ...fleet, now });
  const [member] = situation.fleet;
  assert.ok(member);
  return answerOf(member, 'r2', situation, { ...progress, bakeStartedAt: T + 1_000 });
}

test('of two restarts that are allowed, the last one gives the app its time anew', () => {
  const answer = answerAt(T + 30_000, { startedAt: [T + 5_000, T + 29_000] });
  assert.deepEqual([answer.kind, answer.kind === 'awaited' && answer.until], ['awaited', T + 51_000]);
});

test('who was lost after it was asked is waited for from then on, and has failed when its time is over', () => {
  const lost = (now: number) =>
    answerAt(now, { link: { kind: 'away', since: T + 5_000 }, running: { revision: 'r1', at: T, proof: 'Confirmed' } });
  const waiting = lost(T + 26_000);
  assert.deepEqual([waiting.kind, waiting.kind === 'awaited' && waiting.until], ['awaited', T + 27_000]);
  assert.deepEqual(lost(T + 27_000), { kind: 'failed', because: 'pod-1 was asked and has been away since' });
});

for (const proof of ['Booted', 'Adopted'] as const) {
  test(`an app that starts after its files were ${proof} has not restarted`, () => {
    const startedAt = [T + 1_000, T + 2_000, T + 3_000];
    assert.deepEqual(answerAt(T + 4_000, { running: { revision: 'r2', at: T, proof }, ready: true, startedAt }), { kind: 'applied' });
  });
}

test('who applied after the bake began, and is not Ready, is waited for as anybody who just applied', () => {
  const answer = answerAt(T + 10_000, { running: { revision: 'r2', at: T + 2_000, proof: 'Confirmed' } });
  assert.deepEqual([answer.kind, answer.kind === 'awaited' && answer.until], ['awaited', T + 24_000]);
});
