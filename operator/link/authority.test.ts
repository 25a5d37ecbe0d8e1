import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../kube/errors.ts';
import { type Kube, keepAuthority, publishCa } from './authority.ts';
import { certificatesIn, makeAuthority } from './certificates.ts';
import { OVERLAP_MS } from './succession.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const SECRET = '/api/v1/namespaces/fleet-reload-system/secrets/fleet-reload-ca';
const metadata = { name: 'fleet-reload-ca', namespace: 'fleet-reload-system' };
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
  const { kube } = someObjects({
    [SECRET]: { metadata, data: base64({ 'tls.crt': old.cert, 'tls.key': old.key, 'ca.crt': old.cert + next.cert }) },
  });
  const { authority, bundle } = await keepAuthority(kube, 'fleet-reload-system', NOW);
  assert.deepEqual(authority, old);
  assert.equal(bundle, old.cert + next.cert);
});

test('a Secret that cannot sign is named, with what is wrong and what to do; its key is not quoted', async () => {
  const [one, two] = [await makeAuthority(NOW), await makeAuthority(NOW)];
  const { kube } = someObjects({ [SECRET]: { metadata, data: base64({ 'tls.crt': one.cert, 'tls.key': two.key }) } });
  await assert.rejects(keepAuthority(kube, 'fleet-reload-system', NOW), {
    message:
      'Secret fleet-reload-system/fleet-reload-ca: tls.key does not belong to tls.crt. Put a CA there, or delete it: then a new one is made, and members dial again once they have it',
  });
});

test('the CA is changed in time: told first, used when the overlap is over, and trusted until it has expired', async () => {
  const { now, look, bundle, signer } = aSuccession();
  await look(null);
  const old = await signer();
  now.ms += 40 * MINUTE;
  await look(now.ms);
  const [, next] = await bundle();
  assert.equal(await signer(), old, 'members do not know the next one yet');
  assert.ok(next);
  now.ms += OVERLAP_MS - 1;
  await look(now.ms - OVERLAP_MS + 1);
  assert.equal(await signer(), old);
  now.ms += 1;
  await look(now.ms - OVERLAP_MS);
  assert.equal(await signer(), next);
  assert.deepEqual(await bundle(), [next, old], 'who was told nothing yet is connected by the old one');
  now.ms += 10 * MINUTE;
  assert.deepEqual(await bundle(), [next], 'nobody needs what has expired');
  await look(now.ms);
  assert.deepEqual(await bundle(), [next]);
});

test('who does not lead changes no CA, and somebody else’s is never changed', async () => {
  const { now, look, bundle, objects, writes } = aSuccession();
  await look(null);
  now.ms += 50 * MINUTE;
  await look(null);
  objects[SECRET] = { ...objects[SECRET], metadata: { ...metadata, labels: { 'app.kubernetes.io/managed-by': 'cert-manager' } } };
  await look(0);
  assert.equal((await bundle()).length, 1);
  assert.deepEqual(writes, [`create ${SECRET}`]);
});

test('a leader that dies before or after any write of the change leaves a CA that every member trusts', async () => {
  for (const dies of ['before', 'after'] as const)
    for (let write = 1; write <= 3; write++) {
      const { now, look, bundle, signer, kill } = aSuccession();
      await look(null);
      /** By certificate: since when each leader in a row has told members of it. */
      let told = { bundle: await bundle(), since: now.ms };
      kill(write, dies);
      for (const end = now.ms + 65 * MINUTE; now.ms < end; now.ms += MINUTE) {
        const alive = await look(told.since).then(
          () => true,
          () => false,
        );
        const said = await bundle();
        // The next leader tells it all again.
        if (!alive || said.join('') !== told.bundle.join('')) {
          const known = told.bundle;
          told = { bundle: said, since: now.ms };
          assert.ok(known.includes(await signer()), `killed ${dies} write ${write}: members did not know what signs`);
        }
      }
      assert.equal((await bundle()).length, 1);
    }
});

test('a next CA that somebody spoilt is made anew, and told again', async () => {
  const { now, look, bundle, objects, signer } = aSuccession();
  await look(null);
  const old = await signer();
  now.ms += 40 * MINUTE;
  await look(now.ms);
  const secret = objects[SECRET];
  objects[SECRET] = { ...secret, data: { ...secret?.data, ...base64({ 'next.key': 'no key' }) } };
  now.ms += OVERLAP_MS;
  await look(now.ms - OVERLAP_MS);
  assert.equal(await signer(), old);
  assert.equal((await bundle()).length, 2);
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

const MINUTE = 60_000;

/** CAs that live for an hour, so that the next one is made after forty minutes. */
function aSuccession() {
  const now = { ms: NOW };
  const { kube, objects, writes } = someObjects();
  const dying = { at: 0, when: 'before' as 'before' | 'after' };
  let replaced = 0;
  const mortal: Kube = {
    ...kube,
    replace: async <T>(path: string, body: object) => {
      replaced += 1;
      if (replaced === dying.at && dying.when === 'before') throw new Error('killed');
      const written = await kube.replace<T>(path, body);
      if (replaced === dying.at) throw new Error('killed');
      return written;
    },
  };
  const seen = () => keepAuthority(kube, 'fleet-reload-system', now.ms);
  return {
    now,
    objects,
    writes,
    look: (toldSince: number | null) => keepAuthority(mortal, 'fleet-reload-system', now.ms, { toldSince, lifeMs: 60 * MINUTE }),
    bundle: async () => certificatesIn((await seen()).bundle),
    signer: async () => (await seen()).authority.cert,
    kill: (at: number, when: 'before' | 'after') => Object.assign(dying, { at, when }),
  };
}

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
