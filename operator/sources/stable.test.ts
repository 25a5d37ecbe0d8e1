import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../kube/errors.ts';
import { digestOf } from './digest.ts';
import { type RevisionContent, revisionOf, type SourceKind } from './content.ts';
import { openStables, type Owner } from './stable.ts';
import { aStore, at, contentOf, key } from './testing/a-store.ts';

const owner = (policy: string, rivals: readonly string[] = []): Owner => ({
  namespace: 'shop',
  policy,
  isRival: (other) => rivals.includes(other),
});

const web = { kind: 'ConfigMap' as const, name: 'web', keys: null, optional: false };
const tls = { kind: 'Secret' as const, name: 'tls', keys: null, optional: false };

/** A watch that knows what the store has; each object that was written is another version. */
function versionsOf({ objects }: ReturnType<typeof aStore>) {
  const versions = new Map<object, string>();
  return (kind: SourceKind, _: string, name: string) => {
    const object = objects.get(at(name, kind === 'Secret' ? 'secrets' : 'configmaps'));
    if (object === undefined) return null;
    const version = versions.get(object) ?? String(versions.size + 1);
    versions.set(object, version);
    Object.assign((object as { metadata: object }).metadata, { resourceVersion: version });
    return version;
  };
}

function bothOf(text: string, secret = text): RevisionContent {
  const of = (kind: SourceKind, name: string, said: string) => {
    const files = [{ key: 'k', bytes: Buffer.from(said) }];
    return { kind, name, digest: digestOf(files, key), files };
  };
  return revisionOf([of('ConfigMap', 'web', text), of('Secret', 'tls', secret)]);
}

test('what pods start on belongs to one policy, until that is gone', async () => {
  const store = aStore();
  const { writeStable } = openStables(store, key, versionsOf(store));
  assert.equal(await writeStable(owner('a'), contentOf('good')), null);
  assert.match(String(await writeStable(owner('b', ['a']), contentOf('BAD'))), /pods of policy a start on/);
  assert.deepEqual((store.objects.get(at('web-stable')) as { data: unknown }).data, { 'app.conf': 'good' });
  assert.equal(await writeStable(owner('b'), contentOf('next')), null);
  assert.deepEqual((store.objects.get(at('web-stable')) as { data: unknown }).data, { 'app.conf': 'next' });
});

test("a user's own object of that name is never rewritten", async () => {
  const store = aStore();
  store.objects.set(at('web-stable'), { metadata: { name: 'web-stable' }, data: {} });
  assert.match(String(await openStables(store, key, versionsOf(store)).writeStable(owner('a'), contentOf('good'))), /is not ours/);
});

for (const [verb, status, reason] of [
  ['create', 403, 'Forbidden'],
  ['replace', 422, 'Invalid'],
  ['get', 403, 'Forbidden'],
] as const) {
  test(`what the API server refuses to ${verb} is said, with its words`, async () => {
    const store = aStore();
    if (verb === 'replace') await openStables(store, key, versionsOf(store)).writeStable(owner('a'), contentOf('good'));
    const { writeStable } = openStables({ ...store, [verb]: throws(status, reason) }, key, versionsOf(store));
    assert.equal(await writeStable(owner('a'), contentOf('next')), `ConfigMap web-stable could not be written: ${status} ${reason}`);
  });
}

for (const [status, reason, why] of [
  [null, 'ECONNREFUSED', 'nobody answered'],
  [429, 'TooManyRequests', 'it was too much for now'],
  [409, 'Conflict', 'somebody wrote in between, which is no answer to what we asked'],
] as const) {
  test(`what pods start on is tried again where ${why}`, async () => {
    const store = aStore();
    const { writeStable } = openStables({ ...store, create: throws(status, reason) }, key, versionsOf(store));
    await assert.rejects(writeStable(owner('a'), contentOf('good')), { reason });
  });
}

test('what pods start on is read for a policy that knows no stable, once for each version', async () => {
  const store = aStore();
  let reads = 0;
  const counted = { ...store, get: <T>(path: string) => (reads++, store.get<T>(path)) };
  const { writeStable, loadStable } = openStables(counted, key, versionsOf(store));
  assert.equal(await loadStable(owner('a'), [web]), null);
  assert.equal(reads, 0, 'there is nothing to read');
  await writeStable(owner('a'), contentOf('good'));
  reads = 0;
  const loaded = await loadStable(owner('a'), [web]);
  assert.deepEqual([loaded?.name, loaded?.content], [contentOf('good').name, contentOf('good').content]);
  await loadStable(owner('a'), [web]);
  assert.equal(reads, 1);
  await writeStable(owner('a'), contentOf('next'));
  assert.equal((await loadStable(owner('a'), [web]))?.name, contentOf('next').name);
});

test('a required source that has none makes it none, an optional one is empty', async () => {
  const store = aStore();
  const { writeStable, loadStable } = openStables(store, key, versionsOf(store));
  await writeStable(owner('a'), contentOf('good'));
  assert.equal(await loadStable(owner('a'), [web, tls]), null);
  const loaded = await loadStable(owner('a'), [web, { ...tls, optional: true }]);
  assert.equal(loaded?.content, contentOf('good').content);
  assert.equal(await loadStable(owner('a'), [{ ...tls, optional: true }]), null, 'nothing at all is no stable');
});

test("another policy's, or a user's, is not this one's stable", async () => {
  const store = aStore();
  const { writeStable, loadStable } = openStables(store, key, versionsOf(store));
  await writeStable(owner('b'), contentOf('good'));
  assert.equal(await loadStable(owner('a'), [web]), null);
  store.objects.set(at('web-stable'), { metadata: { name: 'web-stable' }, data: { 'app.conf': 'mine' } });
  assert.equal(await loadStable(owner('a'), [web]), null);
});

test('objects of two revisions, half written or edited by hand, are no stable', async () => {
  const store = aStore();
  const { writeStable, loadStable } = openStables(store, key, versionsOf(store));
  await writeStable(owner('a'), bothOf('one'));
  assert.equal((await loadStable(owner('a'), [web, tls]))?.name, bothOf('one').name);
  const before = store.objects.get(at('web-stable'));
  await writeStable(owner('a'), bothOf('two'));
  const after = store.objects.get(at('web-stable'));
  store.objects.set(at('web-stable'), before ?? {});
  assert.equal(await loadStable(owner('a'), [web, tls]), null, 'half written');
  store.objects.set(at('web-stable'), { ...after, data: { k: 'by hand' } });
  assert.equal(await loadStable(owner('a'), [web, tls]), null, 'edited');
});

test('where one source alone became another, both say that they are together', async () => {
  const store = aStore();
  const { writeStable, loadStable } = openStables(store, key, versionsOf(store));
  await writeStable(owner('a'), bothOf('one'));
  await writeStable(owner('a'), bothOf('one', 'two'));
  assert.equal((await loadStable(owner('a'), [web, tls]))?.name, bothOf('one', 'two').name);
});

test('what an operator with another key wrote is taken at its word, where all of it says the same', async () => {
  const store = aStore();
  const { writeStable } = openStables(store, Buffer.alloc(32, 8), versionsOf(store));
  const { loadStable } = openStables(store, key, versionsOf(store));
  await writeStable(owner('a'), bothOf('one'));
  assert.equal((await loadStable(owner('a'), [web, tls]))?.content, bothOf('one').content);
  const before = store.objects.get(at('web-stable'));
  await writeStable(owner('a'), bothOf('two'));
  store.objects.set(at('web-stable'), before ?? {});
  assert.equal(await loadStable(owner('a'), [web, tls]), null);
});

function throws(status: number | null, reason: string): () => Promise<never> {
  return () => Promise.reject(new KubeError(`${status} ${reason}`, { status, reason }));
}
