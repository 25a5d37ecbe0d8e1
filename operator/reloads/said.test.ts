import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reload } from '../../crds/reload.ts';
import { verbsOf } from './said.ts';
import { stripReload } from './strip.ts';
import { aReload } from './testing/a-reload.ts';

type Write = NonNullable<Reload['metadata']['managedFields']>[number];
const wrote = (manager: string, time: string, ...fields: readonly string[]): Write => ({
  manager,
  time,
  fieldsV1: { 'f:spec': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
});
const ours = wrote('fleet-reload', '2026-01-01T00:00:00Z', 'policy', 'revision', 'rollout');

test('without a Reload nobody says anything, and nothing is taken back', () => assert.equal(verbsOf(undefined, 'web'), null));

test("a wish of another policy that has the name of this one's rollout says nothing to it", () =>
  assert.equal(verbsOf(aReload('web-1-2', { policy: 'web', pause: {} }), 'web-1'), null));

test('a Reload on which nothing is said says so', () =>
  assert.deepEqual(verbsOf(aReload('web-3'), 'web'), { abort: null, pause: null, promote: null, approve: null }));

test('who is named in the write said it: admission has compared the name with who wrote it', () => {
  const managedFields = [ours, wrote('kubectl-patch', '2026-01-01T00:01:00Z', 'approve')];
  const reload = aReload('web-3', { approve: { wave: 2, by: 'alice', reason: 'looks good' } }, undefined, { managedFields });
  assert.deepEqual(verbsOf(reload, 'web')?.approve, { by: 'alice', reason: 'looks good', wave: 2 });
});

test('who is not named is known by the field manager of that very verb, the last one to write it', () => {
  const managedFields = [
    wrote('argocd', '2026-01-01T00:03:00Z', 'pause'),
    ours,
    wrote('kubectl-edit', '2026-01-01T00:01:00Z', 'abort', 'promote'),
    wrote('kubectl-patch', '2026-01-01T00:02:00Z', 'promote'),
  ];
  const verbs = verbsOf(aReload('web-3', { abort: {}, promote: {}, pause: { reason: 'lunch' } }, undefined, { managedFields }), 'web');
  assert.deepEqual(verbs?.abort, { by: 'field manager kubectl-edit', reason: null });
  assert.deepEqual(verbs?.promote, { by: 'field manager kubectl-patch', reason: null, wave: null });
  assert.deepEqual(verbs?.pause, { by: 'field manager argocd', reason: 'lunch' });
});

test('nobody is made up', () => assert.equal(verbsOf(aReload('web-3', { pause: {} }), 'web')?.pause?.by, 'unknown'));

test('what a person wrote is one line: it reaches terminals', () => {
  const said = verbsOf(aReload('web-3', { pause: { by: 'eve\u001b[2J', reason: 'first\nsecond\u2028third ' } }), 'web')?.pause;
  assert.deepEqual(said, { by: 'eve [2J', reason: 'first second third' });
});

test('of a Reload is kept who said what, and neither how its waves went nor whose other fields are', () => {
  const managedFields = [
    ours,
    wrote('kubectl-patch', '2026-01-01T00:01:00Z', 'approve'),
    { manager: 'fleet-reload', fieldsV1: { 'f:status': {} } },
  ];
  const revision = '0123456789abcdef';
  const status = { outcome: 'Succeeded', members: { asked: 1, applied: 1, refused: 0 }, waves: [] } as const;
  const reload = aReload('web-3', { revision, approve: { wave: 2 } }, { ...status, waves: [] }, { managedFields });
  const stripped = stripReload(reload);
  assert.deepEqual(verbsOf(stripped, 'web'), verbsOf(reload, 'web'));
  assert.deepEqual(stripped.metadata.managedFields, [managedFields[1]]);
  assert.equal(stripped.status?.outcome, 'Succeeded');
  assert.equal(stripped.status?.members, undefined);
  assert.equal(stripReload(aReload('web-4', { revision }, undefined, { managedFields })).metadata.managedFields, undefined);
});
