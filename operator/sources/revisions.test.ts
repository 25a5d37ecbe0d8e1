import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionOf } from './content.ts';
import { openRevisions } from './revisions.ts';
import { aStore, at, contentOf, key } from './testing/a-store.ts';

test('a revision is kept as an immutable object, and comes back with its bytes', async () => {
  const store = aStore();
  const revisions = openRevisions(store, key, () => false);
  const revision = contentOf('good');
  assert.equal(await revisions.store('shop', revision), null);
  const back = await revisions.load('shop', revision.sources);
  assert.ok(typeof back !== 'string');
  assert.equal(back.content, revision.content);
  assert.equal(store.objects.size, 1);
});

test('an object with other bytes than its name says is refused, and said', async () => {
  const store = aStore();
  const revisions = openRevisions(store, key, () => false);
  const { sources } = contentOf('good');
  const name = `web-${sources[0]?.digest}`;
  store.objects.set(at(name), { metadata: { name }, data: { 'app.conf': 'evil' } });
  assert.match(String(await revisions.store('shop', contentOf('good'))), /has other content than its name says/);
  assert.match(JSON.stringify(await revisions.load('shop', sources)), /has other content than its name says/);
  assert.match(JSON.stringify(await revisions.load('shop', [{ kind: 'ConfigMap', name: 'web', digest: '0'.repeat(16) }])), /is gone/);
});

test('what an operator with another key kept is taken at its word', async () => {
  const store = aStore();
  const before = contentOf('good', 'Secret');
  await openRevisions(store, key, () => false).store('shop', before);
  const back = await openRevisions(store, Buffer.alloc(32, 8), () => false).load('shop', before.sources);
  assert.ok(typeof back !== 'string');
  assert.equal(back.content, before.content);
});

test('what another key named is named anew by its bytes, to be compared with what is named now', async () => {
  const store = aStore();
  const now = openRevisions(store, key, () => false);
  const before = revisionOf([{ kind: 'ConfigMap', name: 'web', digest: '0'.repeat(16), files: contentOf('good').sources[0]?.files ?? [] }]);
  assert.notEqual(before.name, contentOf('good').name);
  assert.equal(now.nameOf(before), contentOf('good').name);
  const without = revisionOf([...contentOf('good').sources, { kind: 'Secret', name: 'optional', digest: null, files: [] }]);
  assert.equal(now.nameOf(without), without.name);
});
