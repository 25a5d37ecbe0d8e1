import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, connectAs, type Kube } from '../../operator/kube/client.ts';
import { serviceAccount } from '../../operator/kube/credentials.ts';
import { isKube } from '../../operator/kube/errors.ts';
import { pathOf } from '../../operator/kube/paths.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';

const NAMESPACE = `client-${process.pid}`;
const at = (plural: string, name?: string, apiVersion = 'v1') =>
  pathOf({ apiVersion, plural }, { namespace: NAMESPACE, ...(name && { name }) });
const configMap = (name: string, data: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
type ConfigMap = {
  metadata: { name: string; uid: string; resourceVersion: string; managedFields?: { manager: string }[] };
  data?: Record<string, string>;
};

let kube: Kube;
let proxy: FaultProxy;
before(async () => {
  kube = await connect({ version: 'test' });
  const { hostname, port } = new URL(kube.server);
  proxy = await openFaultProxy({ host: hostname, port: Number(port) });
  await kube.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
});
after(async () => {
  await kube.remove(`/api/v1/namespaces/${NAMESPACE}`);
  await kube.close();
  await proxy.close();
});

test('what is missing is null, and a kind that the server does not know is an error', async () => {
  assert.equal(await kube.get(at('configmaps', 'nobody')), null);
  assert.equal(await kube.remove(at('configmaps', 'nobody')), false);
  await assert.rejects(kube.get(at('nothings', 'a')), { kind: 'refusal', reason: 'UnknownKind' });
  await assert.rejects(kube.get(at('nothings', 'a', 'nowhere.example/v1')), { kind: 'refusal', reason: 'UnknownKind' });
});

test('a list of metadata alone is empty where there is nothing', async () => {
  const { items } = await kube.list(at('secrets'), { query: { labelSelector: 'no=such' }, metadataOnly: true });
  assert.deepEqual(items, []);
});

test('an object is made, read, replaced, patched in three ways, listed and removed', async () => {
  const made = await kube.create<ConfigMap>(at('configmaps'), configMap('a', { x: '1' }));
  const replaced = await kube.replace<ConfigMap>(at('configmaps', 'a'), { ...made, data: { x: '2' } });
  assert.deepEqual(replaced.data, { x: '2' });
  const path = at('configmaps', 'a');
  assert.deepEqual((await kube.patch<ConfigMap>(path, { data: { x: null, y: '3' } }, 'merge')).data, { y: '3' });
  assert.deepEqual((await kube.patch<ConfigMap>(path, [{ op: 'add', path: '/data/z', value: '4' }], 'json')).data, { y: '3', z: '4' });
  const applied = await kube.patch<ConfigMap>(path, configMap('a', { w: '5' }), 'apply', { query: { force: true } });
  assert.deepEqual(applied.data, { w: '5', y: '3', z: '4' });
  assert.deepEqual([...new Set(applied.metadata.managedFields?.map(({ manager }) => manager))], ['fleet-reload']);
  const { items } = await kube.list<ConfigMap>(at('configmaps'), { query: { fieldSelector: 'metadata.name=a' }, metadataOnly: true });
  assert.deepEqual(
    items.map((item) => [item.metadata.name, item.data]),
    [['a', undefined]],
  );
  await assert.rejects(kube.remove(path, { preconditions: { uid: 'another' } }), { reason: 'Conflict' });
  assert.equal(await kube.remove(path), true);
});

test('the slower of two writes and a second create are refusals with a reason', async () => {
  const made = await kube.create<ConfigMap>(at('configmaps'), configMap('twice'));
  await assert.rejects(kube.create(at('configmaps'), configMap('twice')), { kind: 'refusal', reason: 'AlreadyExists' });
  await kube.replace(at('configmaps', 'twice'), { ...made, data: { by: 'one' } });
  await assert.rejects(kube.replace(at('configmaps', 'twice'), { ...made, data: { by: 'two' } }), {
    kind: 'refusal',
    reason: 'Conflict',
    status: 409,
  });
});

test('two hundred reads at once share eight connections, and a watch has one of its own', async () => {
  const behind = await connect({ version: 'test', server: `https://127.0.0.1:${proxy.port}` });
  const before = proxy.made();
  await Promise.all(Array.from({ length: 200 }, () => behind.list(at('configmaps'))));
  assert.ok(proxy.made() - before <= 8, `${proxy.made() - before} connections`);
  const stop = new AbortController();
  const calls = proxy.made();
  await behind.watch(at('configmaps'), { signal: stop.signal });
  assert.equal(proxy.made() - calls, 1);
  stop.abort();
  await behind.close();
});

test('a server that is away, silent or resets is an outage, and the next call after it works', async () => {
  const behind = await connect({ version: 'test', server: `https://127.0.0.1:${proxy.port}`, timeoutMs: 300 });
  proxy.stall();
  await assert.rejects(behind.get(at('configmaps', 'a')), { kind: 'outage', reason: 'Timeout', status: null });
  const made = proxy.made();
  const reset = assert.rejects(behind.get(at('configmaps', 'a'), { timeoutMs: 60_000 }), { kind: 'outage', reason: 'ECONNRESET' });
  await until('it dials', () => proxy.made() > made);
  proxy.reset();
  await reset;
  await proxy.refuse();
  await assert.rejects(behind.get(at('configmaps', 'a')), { kind: 'outage', reason: 'ECONNREFUSED' });
  await proxy.accept();
  proxy.resume();
  assert.equal(await behind.get(at('configmaps', 'nobody'), { timeoutMs: 5_000 }), null);
  await behind.close();
});

test("the caller's signal ends a call with its own reason, which is no outage", async () => {
  const behind = await connect({ version: 'test', server: `https://127.0.0.1:${proxy.port}` });
  const stop = new AbortController();
  proxy.stall();
  const call = behind.get(at('configmaps', 'a'), { signal: stop.signal });
  stop.abort(new Error('enough'));
  await assert.rejects(call, { message: 'enough' });
  await assert.rejects(behind.get(at('configmaps', 'a'), { signal: stop.signal }), { message: 'enough' });
  proxy.resume();
  await behind.close();
});

test('in a pod, the token is read again as soon as it is refused', async () => {
  await kube.create(at('serviceaccounts'), { metadata: { name: 'robot' } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
  const { status } = await kube.create<{ status: { token: string } }>(`${at('serviceaccounts', 'robot')}/token`, request);
  const root = await kube.get<ConfigMap>(
    pathOf({ apiVersion: 'v1', plural: 'configmaps' }, { namespace: 'default', name: 'kube-root-ca.crt' }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'fleet-reload-'));
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await Promise.all([write('token', 'expired'), write('ca.crt', root?.data?.['ca.crt'] ?? ''), write('namespace', `${NAMESPACE}\n`)]);

  const { hostname, port } = new URL(kube.server);
  const pod = connectAs(await serviceAccount({ KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }, folder), {
    version: 'test',
  });
  assert.equal(pod.namespace, NAMESPACE);
  await assert.rejects(pod.list('/api/v1/namespaces'), { status: 401 });
  await write('token', status.token);
  const who = await pod.create<{ status: { userInfo: { username: string } } }>('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
  });
  assert.equal(who.status.userInfo.username, `system:serviceaccount:${NAMESPACE}:robot`);
  await assert.rejects(pod.list('/api/v1/namespaces'), (error) => isKube(error, 'Forbidden') && error.kind === 'refusal');
  await pod.close();
});
