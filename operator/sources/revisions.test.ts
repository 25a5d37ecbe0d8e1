import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../kube/errors.ts';
import { revisionOf, type SourceContent } from './content.ts';
import { digestOf } from './digest.ts';
import { openRevisions, type Owner } from './revisions.ts';

const key = Buffer.alloc(32, 7);
const contentOf = (text: string, kind: SourceContent['kind'] = 'ConfigMap') => {
  const files = [{ key: 'app.conf', bytes: Buffer.from(text) }];
  return revisionOf([{ kind, name: 'web', digest: digestOf(files, key), files }]);
};

/** A collection of objects by their path; what the API server keeps of them is what it was given. */
function aStore() {
  const objects = new Map<string, object>();
  const nameOf = (body: object) => (body as { metadata: { name: string } }).metadata.name;
  return {
    objects,
    get: async <T>(path: string) => (objects.get(path) as T | undefined) ?? null,
    create: async <T>(path: string, body: object) => {
      const at = `${path}/${nameOf(body)}`;
      if (objects.has(at)) throw new KubeError('exists', { status: 409, reason: 'AlreadyExists' });
      objects.set(at, body);
      return body as T;
    },
    replace: async <T>(path: string, body: object) => {
      objects.set(path, body);
      return body as T;
    },
  };
}

const at = (name: string, plural = 'configmaps') => `/api/v1/namespaces/shop/${plural}/${name}`;
const owner = (policy: string, rivals: readonly string[] = []): Owner => ({
  namespace: 'shop',
  policy,
  isRival: (other) => rivals.includes(other),
});

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

test('what pods start on belongs to one policy, until that is gone', async () => {
  const store = aStore();
  const { writeStable } = openRevisions(store, key, () => false);
  assert.equal(await writeStable(owner('a'), contentOf('good')), null);
  assert.match(String(await writeStable(owner('b', ['a']), contentOf('BAD'))), /pods of policy a start on/);
  assert.deepEqual((store.objects.get(at('web-stable')) as { data: unknown }).data, { 'app.conf': 'good' });
  assert.equal(await writeStable(owner('b'), contentOf('next')), null);
  assert.deepEqual((store.objects.get(at('web-stable')) as { data: unknown }).data, { 'app.conf': 'next' });
});

test("a user's own object of that name is never rewritten", async () => {
  const store = aStore();
  store.objects.set(at('web-stable'), { metadata: { name: 'web-stable' }, data: {} });
  assert.match(String(await openRevisions(store, key, () => false).writeStable(owner('a'), contentOf('good'))), /is not ours/);
});
