import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reload, ReloadStatus } from '../../crds/reload.ts';
import type { ReloadPolicyStatus } from '../../crds/reload-policy-status.ts';
import { beginning } from '../plan/turn.ts';
import { aPolicy, aReload } from './testing/a-reload.ts';
import { aShop, NOW } from './testing/a-shop.ts';

const idle = { ...beginning, rollout: 99, stable: 'r1', outcome: 'Succeeded' } as const;
const born = (day: number) => ({ creationTimestamp: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z` });
const ended = (name: string, day: number, outcome: ReloadStatus['outcome'] = 'Succeeded') => aReload(name, {}, { outcome }, born(day));
const records = (outcome: ReloadStatus['outcome'], from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ended(`web-${from + i}`, from + i, outcome));

/** What is left of the Reloads after a pass. */
async function left(made: readonly Reload[], limit: number, status: ReloadPolicyStatus = {}): Promise<readonly string[]> {
  const shop = aShop(made);
  await shop.pass(aPolicy(status, limit), idle, { progress: idle });
  return [...shop.reloads.keys()];
}

test('of ended Reloads beyond the limit the oldest go, and one that has not ended stays', async () => {
  const open = aReload('web-undo-y', {}, {}, born(1));
  assert.deepEqual(await left([...records('Succeeded', 1, 4), open], 2), ['web-3', 'web-4', 'web-undo-y']);
});

test('those of one second go in the order of their numbers', async () =>
  assert.deepEqual(await left([ended('web-9', 1), ended('web-10', 1)], 1), ['web-10']));

test('wishes that are repeated, and refused each time, push no record out', async () => {
  const wishes = [5, 6, 7].map((day) => ended(`web-undo-${day}x`, day, 'Aborted'));
  assert.deepEqual(await left([...records('Succeeded', 1, 2), ...wishes], 2), ['web-1', 'web-2', 'web-undo-6x', 'web-undo-7x']);
});

test('a burst of edits, each superseded by the next, leaves what can be gone back to; so does one bad edit after another', async () => {
  const good = records('Succeeded', 1, 2);
  const all = [...good, ...records('Superseded', 3, 9), ...records('RolledBack', 10, 15)];
  assert.deepEqual(await left(all, 2), ['web-1', 'web-2', 'web-8', 'web-9', 'web-14', 'web-15']);
});

test('a record stays while what failed in it is in quarantine: only on it a retry can be said', async () => {
  const failed = { revision: 'r2', at: '2026-01-01T00:00:00Z', because: 'web-1 refused it' };
  const all = [...records('RolledBack', 1, 3), ended('web-undo-x', 1)];
  const quarantined = [failed, { ...failed, rollout: 1 }, { ...failed, rollout: 3 }];
  assert.deepEqual(await left(all, 0, { quarantined }), ['web-1', 'web-3']);
});

test('one that is on its way out is deleted once: somebody else may hold it up', async () => {
  const held = aReload('web-1', {}, { outcome: 'Succeeded' }, { ...born(1), deletionTimestamp: new Date(NOW).toISOString() });
  const shop = aShop([held, ended('web-2', 2)]);
  await shop.pass(aPolicy({}, 0), idle, { progress: idle });
  assert.deepEqual(shop.writes, ['remove web-2']);
});
