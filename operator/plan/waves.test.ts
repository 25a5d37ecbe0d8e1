import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, pass, situationOf } from '../../test/support/fake-fleet.ts';
import { orderedOnce } from './waves.ts';

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
