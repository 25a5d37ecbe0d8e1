import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reload } from '../../crds/reload.ts';
import { revisionName } from '../sources/content.ts';
import { keptRevisions } from './kept.ts';
import { requestsOf, sayWish, wishOn } from './requests.ts';
import { aPolicy, aReload, madeOf, nameOf } from './testing/a-reload.ts';

const [r0, r1, r2] = [nameOf('0'), nameOf('1'), nameOf('2')];
const policy = aPolicy({ revisions: [{ name: 'r3', sources: madeOf('3') }] });
const history = [
  aReload('web-1', { revision: r1, sources: madeOf('1'), from: r0, fromSources: madeOf('0') }),
  aReload('web-2', { revision: r2, sources: madeOf('2') }),
];
const at = '2026-01-02T00:00:00Z';
const asked = (...reloads: readonly Reload[]) => requestsOf(policy, [...history, ...reloads], ({ status }) => status ?? {});

test('a Reload that a person made is a wish for its revision, with who and why', () => {
  const wish = aReload('web-undo-x', { revision: r1, by: 'alice' });
  const reload = 'web-undo-x (uid-web-)';
  assert.deepEqual(asked(wish), [
    { reload, kind: 'goTo', revision: r1, rollout: null, by: 'alice', reason: 'the new one is slow', missing: null },
  ]);
});

test('a wish without a name is of whoever made it, by what they made it with', () => {
  const fields = (...names: readonly string[]) => ({ 'f:spec': Object.fromEntries(names.map((name) => [`f:${name}`, {}])) });
  const managedFields = [
    { manager: 'kubectl-create', time: '2026-01-02T00:00:00Z', fieldsV1: fields('policy', 'revision') },
    { manager: 'fleet-reload', time: '2026-01-03T00:00:00Z', fieldsV1: { 'f:status': {} } },
  ];
  assert.equal(asked(aReload('web-x', {}, undefined, { managedFields }))[0]?.by, 'field manager kubectl-create');
});

test('kept is what is alive, what the history names, and what the oldest one came from', () => {
  for (const revision of [r0, r1, r2, 'r3']) assert.equal(asked(aReload('web-x', { revision }))[0]?.missing, null, revision);
});

test('a revision that is not kept is said so, with those that are', () =>
  assert.equal(asked(aReload('web-x', { revision: 'r9' }))[0]?.missing, `revision r9 is not kept: kept are r3, ${r2}, ${r1}, ${r0}`));

test('what a wish itself says of its sources is not taken: they could be those of another Secret', () =>
  assert.match(String(asked(aReload('web-x', { revision: 'r9', sources: madeOf('9') }))[0]?.missing), /is not kept/));

test('nor is a history that somebody made up of what is no source of the policy', () => {
  const sources = [{ kind: 'Secret' as const, name: 'bank', digest: '9' }];
  const revision = revisionName(sources);
  assert.match(String(asked(aReload('web-9', { revision, sources }), aReload('web-x', { revision }))[0]?.missing), /is not kept/);
});

test('nor is one that says of a revision what that is not made of: so it can neither be passed off as another, nor another be hidden by it', () => {
  const missing = (forged: Reload, revision: string) => asked(forged, aReload('web-x', { revision }))[0]?.missing;
  assert.match(String(missing(aReload('web-9', { revision: 'f'.repeat(16), sources: madeOf('1') }), 'f'.repeat(16))), /is not kept/);
  assert.match(String(missing(aReload('web-9', { from: 'f'.repeat(16), fromSources: madeOf('1') }), 'f'.repeat(16))), /is not kept/);
  const hiding = [aReload('web-1', { revision: r2, sources: madeOf('1') }), aReload('web-2', { revision: r2, sources: madeOf('2') })];
  assert.deepEqual(keptRevisions(policy, hiding).get(r2), madeOf('2'));
});

test('a retry is said to the Reload of the rollout that failed', () => {
  const failed = aReload('web-7', { revision: 'r9', retry: { by: 'bob', reason: 'the disk is larger now' } }, { outcome: 'RolledBack' });
  assert.deepEqual(asked(failed), [
    {
      reload: 'web-7 (uid-web-): the disk is larger now',
      kind: 'retry',
      revision: 'r9',
      rollout: 7,
      by: 'bob',
      reason: 'the disk is larger now',
      missing: null,
    },
  ]);
});

test('what was answered is not asked again; a retry for another reason is another one', () => {
  assert.deepEqual(asked(aReload('web-x', {}, { answer: { at, rollout: 3 } })), []);
  const retried = (reason: string) => aReload('web-7', { retry: { reason } }, { answer: { at, refused: 'not now', reason: 'first' } });
  assert.deepEqual(asked(retried('first')), []);
  assert.equal(asked(retried('second'))[0]?.reason, 'second');
});

test('the oldest comes first, and those of one second in the order of their names', () => {
  const made = (name: string, creationTimestamp: string) => aReload(name, {}, undefined, { creationTimestamp });
  const reloads = [made('web-c', '2026-01-03T00:00:00Z'), made('web-b', at), made('web-a', at)];
  assert.deepEqual(
    asked(...reloads).map(({ reload }) => reload),
    ['web-a', 'web-b', 'web-c'].map((name) => `${name} (uid-web-)`),
  );
});

test('a wish is known by its Reload, and not by the name alone: one that is made again under the name of another is another wish', () => {
  const wish = (uid: string) => wishOn(aReload('undo', {}, undefined, { uid }));
  assert.equal(wish('5c1b2c3d-0000-4000-8000-000000000000'), 'undo (5c1b2c3d)');
  assert.notEqual(wish('5c1b2c3d-0000-4000-8000-000000000000'), wish('6c1b2c3d-0000-4000-8000-000000000000'));
});

test('people are told of a wish by its Reload, and of a retry by its reason', () => {
  const said = (reload: Parameters<typeof wishOn>[0]) => sayWish(wishOn(reload));
  assert.equal(said(aReload('web-undo-x')), 'Reload web-undo-x');
  assert.equal(
    said(aReload('web-7', { retry: { reason: 'the disk (sdb): larger' } })),
    'the retry on Reload web-7 (the disk (sdb): larger)',
  );
  assert.equal(said(aReload('web-7', { retry: {} } as never)), 'the retry on Reload web-7');
});

test('what knows a wish by is short, and says a reason whole', () => {
  const reason = 'x'.repeat(180);
  const retried = wishOn(aReload(`${'p'.repeat(251)}-7`, { policy: 'p'.repeat(251), retry: { reason } }));
  assert.ok(retried.length <= 253 && retried.endsWith(`: ${reason}`), retried);
});

test("another policy's wishes, and one that is on its way out, are nothing to this one", () => {
  assert.deepEqual(asked(aReload('api-x', { policy: 'api' })), []);
  assert.deepEqual(asked(aReload('web-x', {}, undefined, { namespace: 'other' })), []);
  assert.deepEqual(asked(aReload('web-x', {}, undefined, { deletionTimestamp: at })), []);
});
