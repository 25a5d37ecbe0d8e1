import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCa } from './ca.ts';
import { KubeError } from './kube/errors.ts';
import type { Kube } from './link/authority.ts';
import { certificatesIn } from './link/certificates.ts';
import { OVERLAP_MS } from './link/succession.ts';
import { until } from './link/testing/a-link.ts';
import { turnedClock } from './link/testing/turned-clock.ts';

const MINUTE = 60_000;
const CONFIG_MAP = '/api/v1/namespaces/shop/configmaps/fleetreload-ca';

test('who takes the Lease looks at the CA before it publishes: what members trust never goes back to what it was', async () => {
  const { kube, clock, published } = aCluster();
  const [one, other] = [await aReplica(kube, clock), await aReplica(kube, clock)];
  one.lead();
  await one.publish('shop');
  clock.turn(40 * MINUTE);
  one.lead();
  await one.publish('shop');
  assert.equal(published().length, 2);
  one.follow();
  other.lead();
  await other.publish('shop');
  assert.equal(published().length, 2);
});

test('the next leader counts the overlap from when it told members itself', async () => {
  const { kube, clock, signer } = aCluster();
  const [one, other] = [await aReplica(kube, clock), await aReplica(kube, clock)];
  const first = signer();
  clock.turn(40 * MINUTE);
  one.lead();
  await one.publish('shop');
  one.follow();
  clock.turn(OVERLAP_MS);
  other.lead();
  await other.publish('shop');
  assert.equal(signer(), first);
  clock.turn(60 * MINUTE);
  await until(() => signer() !== first);
});

test('a CA that cannot be read is no reason to end a pass, but an API server that is away is', async () => {
  const { kube, clock, broken } = aCluster();
  const ca = await aReplica(kube, clock);
  ca.lead();
  broken.by = new KubeError('403 Forbidden', { status: 403, reason: 'Forbidden' });
  assert.equal(await ca.publish('shop'), '403 Forbidden');
  broken.by = new KubeError('nobody answers', { status: null, reason: 'ECONNREFUSED' });
  await assert.rejects(ca.publish('shop'), /nobody answers/);
  broken.by = null;
  assert.equal(await ca.publish('shop'), null);
});

function aReplica(kube: Kube, clock: ReturnType<typeof turnedClock>) {
  const quiet = () => {};
  return openCa({
    kube,
    clock,
    namespace: 'fleet-reload-system',
    caLifeMs: 60 * MINUTE,
    dnsNames: ['link.test'],
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    onServing: quiet,
    onBundle: quiet,
  });
}

/** The API server's part: objects by their path. */
function aCluster() {
  const objects: Record<string, { metadata?: object; data?: Record<string, string> }> = {};
  const broken: { by: Error | null } = { by: null };
  const kube: Kube = {
    get: async <T>(path: string) => {
      if (broken.by) throw broken.by;
      return (objects[path] ?? null) as T | null;
    },
    create: async <T>(path: string, body: object) => {
      objects[`${path}/${(body as { metadata: { name: string } }).metadata.name}`] = body;
      return body as T;
    },
    replace: async <T>(path: string, body: object) => {
      objects[path] = body;
      return body as T;
    },
  };
  const secret = () => objects['/api/v1/namespaces/fleet-reload-system/secrets/fleet-reload-ca']?.data?.['tls.crt'];
  return {
    kube,
    broken,
    clock: turnedClock(),
    signer: secret,
    published: () => certificatesIn(objects[CONFIG_MAP]?.data?.['ca.crt'] ?? ''),
  };
}
