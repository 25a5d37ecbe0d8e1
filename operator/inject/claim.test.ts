import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimOf } from './claim.ts';
import { aPolicy } from './testing/shapes.ts';

const SPEC = { sources: [{ configMap: { name: 'web-config' } }], handle: { http: { port: 8080, path: '/-/reload' } } };

function aged(name: string, creationTimestamp: string, more: object = {}) {
  return aPolicy(SPEC, { name, uid: name, creationTimestamp, ...more });
}

const [older, newer] = [aged('b', '2026-01-01T00:00:00Z'), aged('a', '2026-01-02T00:00:00Z')];
const twin = aged('a', '2026-01-01T00:00:00Z');
const leaving = aged('c', '2025-01-01T00:00:00Z', { deletionTimestamp: '2026-01-03T00:00:00Z' });

for (const [policies, has, why] of [
  [[newer, older], older, 'the oldest of several has it'],
  [[older, newer], older, 'whatever their order'],
  [[older, twin], twin, 'of two of an age, the first by name'],
  [[leaving, newer], newer, 'one that is being deleted has nothing any more'],
  [[leaving], null, 'nor where it is the only one'],
  [[], null, 'no policy, no claim'],
] as const) {
  test(`a pod that is selected: ${why}`, () => assert.equal(claimOf({ app: 'web' }, policies), has));
}

test('a pod that no policy selects has none', () => assert.equal(claimOf({ app: 'batch' }, [older]), null));
