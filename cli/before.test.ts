import assert from 'node:assert/strict';
import { test } from 'node:test';
import { before } from './before.ts';
import { aPolicy, aReload, CANDIDATE, healthy, STABLE } from './testing/objects.ts';

const policy = aPolicy({ ...healthy, stableRevision: CANDIDATE });
const ended = (outcome: 'Succeeded' | 'RolledBack', spec: object = {}) => aReload(7, spec, { outcome });

for (const [reloads, revision, because] of [
  [[ended('Succeeded')], STABLE, 'the rollout that brought stable names where it came from'],
  [[], null, 'an adopted fleet has no record'],
  [[ended('RolledBack')], null, 'one that failed brought nothing'],
  [[ended('Succeeded', { policy: 'other' })], null, 'another policy says nothing of this one'],
  [[ended('Succeeded', { from: 'older' }), ended('Succeeded', { from: 'newer' })], 'newer', 'of two that brought it, the last one counts'],
] as const)
  test(`before stable there was ${revision}: ${because}`, () => assert.equal(before(policy, reloads), revision));
