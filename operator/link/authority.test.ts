import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../kube/errors.ts';
import { type Kube, keepAuthority, publishCa } from './authority.ts';
import { makeAuthority } from './certificates.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const SECRET = '/api/v1/namespaces/fleet-reload-system/secrets/fleet-reload-ca';
const CONFIG_MAP = '/api/v1/namespaces/shop/configmaps/fleetreload-ca';

test('a CA is made where there is none, and the same one is found ever after', async () => {
  const { kube, writes } = someObjects();
  const first = await keepAuthority(kube, 'fleet-reload-system', NOW);
  assert.deepEqual(await keepAuthority(kube, 'fleet-reload-system', NOW), first);
  assert.equal(first.bundle, first.authority.cert);
  assert.deepEqual(writes, [`create ${SECRET}`]);
});

test('of two replicas that make a CA, both take the first', async () => {
  const { kube } = someObjects();
  const late: Kube = { ...kube, get: missingOnce(kube) };
  const first = await keepAuthority(kube, 'fleet-reload-system', NOW);
  assert.deepEqual(await keepAuthority(late, 'fleet-reload-system', NOW), first);
});

test('while a CA is changed, members trust the old and the next', async () => {
  const [old, next] = [await makeAuthority(NOW), await makeAuthority(NOW)];
  const { kube } = someObjects({ [SECRET]: { data: base64({ 'tls.crt': old.cert, 'tls.key': old.key, 'ca.crt': old.cert + next.cert }) } });
  const { authority, bundle } = await keepAuthority(kube, 'fleet-reload-system', NOW);
  assert.deepEqual(authority, old);
  assert.equal(bundle, old.cert + next.cert);
});

test('a Secret that cannot sign is named, with what is wrong and what to do; its key is not quoted', async () => {
  const [one, two] = [await makeAuthority(NOW), await makeAuthority(NOW)];
  const { kube } = someObjects({ [SECRET]: { data: base64({ 'tls.crt': one.cert, 'tls.key': two.key }) } });
  await assert.rejects(keepAuthority(kube, 'fleet-reload-system', NOW), {
    message:
      'Secret fleet-reload-system/fleet-reload-ca: tls.key does not belong to tls.crt. Put a CA there, or delete it: then a new one is made, and members dial again once they have it',
  });
});

test('the bundle is published once, and again only where it differs', async () => {
  const { kube, writes, objects } = someObjects();
  assert.equal(await publishCa(kube, 'shop', 'one'), null);
  assert.equal(await publishCa(kube, 'shop', 'one'), null);
  assert.equal(await publishCa(kube, 'shop', 'two'), null);
  assert.deepEqual(writes, [`create ${CONFIG_MAP}`, `replace ${CONFIG_MAP}`]);
  assert.deepEqual(objects[CONFIG_MAP]?.data, { 'ca.crt': 'two' });
});

test('what others keep on the ConfigMap’s metadata stays, and what was written in between is not overwritten', async () => {
  const metadata = { name: 'fleetreload-ca', namespace: 'shop', labels: { team: 'web' }, annotations: { a: 'b' }, resourceVersion: '7' };
  const { kube, objects } = someObjects({ [CONFIG_MAP]: { metadata, data: { 'ca.crt': 'old' } } });
  await publishCa(kube, 'shop', 'new');
  assert.deepEqual(objects[CONFIG_MAP]?.metadata, { ...metadata, labels: { team: 'web', 'app.kubernetes.io/managed-by': 'fleet-reload' } });
});

test('of two that publish at once, the second looks again', async () => {
  const { kube, writes } = someObjects();
  await publishCa(kube, 'shop', 'one');
  await publishCa({ ...kube, get: missingOnce(kube) }, 'shop', 'one');
  assert.deepEqual(writes, [`create ${CONFIG_MAP}`]);
});

for (const [verb, status, reason] of [
  ['create', 403, 'Forbidden'],
  ['replace', 422, 'Invalid'],
  ['get', 403, 'Forbidden'],
] as const) {
  test(`where the API server refuses to ${verb} the ConfigMap, that is said with its words`, async () => {
    const { kube } = someObjects();
    if (verb === 'replace') await publishCa(kube, 'shop', 'old');
    const refusing = { ...kube, [verb]: throws(status, reason) };
    assert.equal(await publishCa(refusing, 'shop', 'new'), `ConfigMap fleetreload-ca could not be written: ${status} ${reason}`);
  });
}

test('an outage, and what was written in between, is tried again', async () => {
  const { kube } = someObjects();
  await assert.rejects(publishCa({ ...kube, create: throws(null, 'ECONNREFUSED') }, 'shop', 'one'), { reason: 'ECONNREFUSED' });
  await publishCa(kube, 'shop', 'one');
  await assert.rejects(publishCa({ ...kube, replace: throws(409, 'Conflict') }, 'shop', 'two'), { reason: 'Conflict' });
});

type Stored = { metadata?: object; data?: Record<string, string> };

/** The API server's part, for objects by their path. */
function someObjects(objects: Record<string, Stored> = {}) {
  const writes: string[] = [];
  const kube: Kube = {
    get: async <T>(path: string) => (objects[path] ?? null) as T | null,
    create: async <T>(path: string, body: object) => {
      const at = `${path}/${(body as { metadata: { name: string } }).metadata.name}`;
      if (objects[at]) throw new KubeError(`POST ${path}: 409 AlreadyExists`, { status: 409, reason: 'AlreadyExists' });
      objects[at] = body;
      writes.push(`create ${at}`);
      return body as T;
    },
    replace: async <T>(path: string, body: object) => {
      objects[path] = body;
      writes.push(`replace ${path}`);
      return body as T;
    },
  };
  return { kube, writes, objects };
}

/** A read that came just before the other's write. */
function missingOnce(kube: Kube): Kube['get'] {
  let reads = 0;
  return async (path) => (reads++ === 0 ? null : kube.get(path));
}

function throws(status: number | null, reason: string): () => Promise<never> {
  return () => Promise.reject(new KubeError(`${status} ${reason}`, { status, reason }));
}

function base64(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
}
