import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFree, type Lease, observe, released, renewed, taken } from './lease-record.ts';

const NOON = Date.parse('2026-11-24T12:00:00.123Z');
const lease = (spec: Lease['spec']): Lease => ({ metadata: { name: 'l', resourceVersion: '1' }, ...(spec && { spec }) });
const held = lease({ holderIdentity: 'other', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z', leaseTransitions: 4 });

test('a Lease whose times are long past is held as long as it was seen to change', () => {
  const first = observe(null, held, 1_000);
  assert.equal(isFree(held, 'me', first, 15_999, 15_000), false);
  assert.equal(isFree(held, 'me', first, 16_000, 15_000), true);
  const later = lease({ ...held.spec, renewTime: '1999-01-01T00:00:02.000000Z' });
  assert.equal(isFree(later, 'me', observe(first, later, 15_000), 16_000, 15_000), false);
});

test('looking again does not prolong what did not change', () => {
  const first = observe(null, held, 1_000);
  assert.equal(observe(first, held, 9_000), first);
});

test('a holder that promised a shorter time is waited for no longer than that', () => {
  const short = lease({ ...held.spec, leaseDurationSeconds: 1 });
  assert.equal(isFree(short, 'me', observe(null, short, 0), 1_000, 15_000), true);
});

for (const [what, spec] of [
  ['released', { holderIdentity: null }],
  ['released as client-go does', { holderIdentity: '' }],
  ['without a spec', undefined],
  ['taken by our own write whose answer was lost', { holderIdentity: 'me' }],
] as const) {
  test(`a Lease that is ${what} is free at once`, () =>
    assert.equal(isFree(lease(spec), 'me', observe(null, lease(spec), 0), 0, 15_000), true));
}

test('each taking raises the transitions, also the same holder anew and after a release', () => {
  const first = taken(lease(undefined), 'me', 15_000, NOON);
  assert.equal(first.spec?.leaseTransitions, 1);
  assert.equal(taken(first, 'me', 15_000, NOON).spec?.leaseTransitions, 2);
  assert.equal(taken(released(first, NOON), 'other', 15_000, NOON).spec?.leaseTransitions, 2);
});

test('a renewal never lowers the transitions, whoever wrote them', () => {
  assert.equal(renewed(held, 9, NOON).spec?.leaseTransitions, 9);
  assert.equal(renewed(held, 2, NOON).spec?.leaseTransitions, 4);
});

test('times have the six digits that the API server insists on, and other fields stay', () => {
  const strange = { ...held, spec: { ...held.spec, strategy: 'OldestEmulationVersion' } };
  const next = taken(strange, 'me', 2_500, NOON);
  assert.deepEqual(next.spec, {
    holderIdentity: 'me',
    leaseDurationSeconds: 3,
    acquireTime: '2026-11-24T12:00:00.123000Z',
    renewTime: '2026-11-24T12:00:00.123000Z',
    leaseTransitions: 5,
    strategy: 'OldestEmulationVersion',
  });
});
