import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, pass, situationOf } from '../../test/support/fake-fleet.ts';
import { bakeOf, orderedOnce } from './waves.ts';

test('the order of a pass is made once for each candidate, and each candidate has its own', () => {
  const fleet = aFleet(20);
  const { progress } = pass(fleet);
  const situation = situationOf(fleet);
  const orderFor = (revision: string, once = orderedOnce(situation)) => once.orderOf?.(situation.fleet, revision, progress);
  const once = orderedOnce(situation);
  const first = orderFor('r2', once);
  assert.equal(orderFor('r2', once), first, 'it is not made again');
  const other = orderFor('r3', once);
  assert.deepEqual(other, orderFor('r3'));
  assert.notDeepEqual(other, first);
  assert.deepEqual(orderFor('r2', once), orderFor('r2'));
});

test('another fleet has another order', () => {
  const fleet = aFleet(20);
  const { progress } = pass(fleet);
  const { fleet: all, ...rest } = situationOf(fleet);
  const { orderOf } = orderedOnce({ ...rest, fleet: all });
  const half = all.slice(0, 10);
  assert.equal(orderOf?.(all, 'r2', progress).length, 20);
  assert.equal(orderOf?.(half, 'r2', progress).length, 10);
});

test('a wave that was edited away bakes as long as the last one', () => {
  const { progress } = pass(aFleet(3));
  const open = { upTo: '30%', openedAt: 0, passedAt: null, members: 1, approvedBy: null } as const;
  const policy = aPolicy({ waves: aPolicy().waves.map((wave, i) => ({ ...wave, bakeMs: (i + 1) * 1_000 })) });
  assert.equal(bakeOf(policy, { ...progress, waves: [open] }), 3_000);
});
