import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Change } from '../../operator/kube/cache.ts';
import { connect, type Kube } from '../../operator/kube/client.ts';
import { isExpired } from '../../operator/kube/errors.ts';
import { pathOf } from '../../operator/kube/paths.ts';
import { reflect, type Tuning } from '../../operator/kube/reflector.ts';
import { eventsOf } from '../../operator/kube/watch-events.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';

const NAMESPACE = `reflector-${process.pid}`;
const at = (name?: string) => pathOf({ apiVersion: 'v1', plural: 'configmaps' }, { namespace: NAMESPACE, ...(name && { name }) });
type ConfigMap = { metadata: { name: string; namespace: string; uid: string; resourceVersion: string }; data?: { n?: string } };

let kube: Kube;
let behind: Kube;
let proxy: FaultProxy;
before(async () => {
  kube = await connect({ version: 'test' });
  const { hostname, port } = new URL(kube.server);
  proxy = await openFaultProxy({ host: hostname, port: Number(port) });
  behind = await connect({ version: 'test', server: `https://127.0.0.1:${proxy.port}` });
  await kube.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
});
after(async () => {
  await kube.remove(`/api/v1/namespaces/${NAMESPACE}`);
  await Promise.all([kube.close(), behind.close()]);
  await proxy.close();
});

test('no event is lost, and none is told twice, while connections are reset and cut at any byte', async (t) => {
  const { store, told } = follow(t, 'resets', { paceMs: 0, baseBackoffMs: 20, maxBackoffMs: 100 });
  await store.synced;
  let connections = 0;
  for (let n = 1; n <= 60; n++) {
    if (n % 7 === 0) {
      // On a quick machine all is written before it has connected once more.
      await until('it is connected again', () => proxy.made() > connections);
      connections = proxy.made();
      proxy.reset();
    }
    if (n % 5 === 0) proxy.cutAfter(37 * n);
    await write('resets', 'counter', n);
    if (n % 10 === 0) await kube.create(at(), labelled('resets', `brief-${n}`, n)).then(() => kube.remove(at(`brief-${n}`)));
  }
  await until('the last write arrives', () => store.get(`${NAMESPACE}/counter`) === '60');
  const of = (name: string) => told.filter(({ key }) => key === `${NAMESPACE}/${name}`).map(({ kind, object }) => `${kind} ${object}`);
  assert.deepEqual(of('counter'), ['added 1', ...Array.from({ length: 59 }, (_, i) => `changed ${i + 2}`)]);
  for (let n = 10; n <= 60; n += 10) assert.deepEqual(of(`brief-${n}`), [`added ${n}`, `removed ${n}`]);
  assert.ok(store.health().reconnects > 5, 'it was interrupted');
  assert.equal(store.health().relists, 0);
});

test('a watch that went silent is renewed, and what happened meanwhile is told', async (t) => {
  const { store } = follow(t, 'silent', { stallMs: 2_000 });
  await store.synced;
  proxy.stallPresent();
  await write('silent', 'a', 1);
  await until('it is told', () => store.get(`${NAMESPACE}/a`) === '1');
  assert.equal(store.health().stalls, 1);
});

test('a network that is silent for everybody is told as failing, and no event is lost when it comes back', async (t) => {
  const { store } = follow(t, 'gone', { stallMs: 1_000, maxBackoffMs: 200 });
  await store.synced;
  proxy.stall();
  await write('gone', 'b', 1);
  await until('it failed again and again', () => store.health().stalls >= 2);
  assert.match(store.health().failing ?? '', /silent for 1000 ms/);
  proxy.resume();
  await until('it is told', () => store.get(`${NAMESPACE}/b`) === '1');
  assert.equal(store.health().failing, null);
});

test('a quiet watch neither stalls nor falls behind: the server ends it after a bookmark', async (t) => {
  const { store } = follow(t, 'quiet', { stallMs: 5_000 });
  await store.synced;
  const first = Number(store.resourceVersion());
  await write('another', 'busy', 1);
  await until('it is further on', () => Number(store.resourceVersion()) > first);
  assert.deepEqual([store.health().stalls, store.health().relists], [0, 0]);
});

test('metadata alone is followed too, without the data', async (t) => {
  await write('meta', 'm', 1);
  const { store } = follow(t, 'meta', {}, true);
  await store.synced;
  assert.deepEqual(store.list(), ['no data']);
  await write('meta', 'm2', 2);
  await until('it is told', () => store.list().length === 2);
});

test('pages tell the same as a stream', async (t) => {
  await Promise.all(Array.from({ length: 30 }, (_, i) => write('pages', `p-${i}`, i)));
  const whole = follow(t, 'pages');
  // A list that knows no stream: the option is taken out on the way.
  const paged = follow(t, 'pages', {}, false, {
    list: (path, options) => behind.list(path, { ...options, query: { ...options?.query, limit: 7 } }),
    watch: async (path, options) =>
      behind.watch(path, {
        ...options,
        query: { ...options.query, ...(options.query?.['sendInitialEvents'] && { resourceVersionMatch: 'Nonsense' }) },
      }),
  });
  await Promise.all([whole.store.synced, paged.store.synced]);
  assert.equal(paged.store.list().length, 30);
  assert.deepEqual(paged.store.list().toSorted(), whole.store.list().toSorted());
  await write('pages', 'p-0', 99);
  await until('both are told', () => [whole, paged].every(({ store }) => store.get(`${NAMESPACE}/p-0`) === '99'));
});

test('an API server that is killed and comes back costs no event, and no change is made up', {
  skip: process.env['CLUSTER'] ? false : 'CLUSTER is not set',
}, async (t) => {
  const { store, told } = follow(t, 'killed', { maxBackoffMs: 500 });
  await store.synced;
  await write('killed', 'k', 1);
  await until('it is told', () => store.get(`${NAMESPACE}/k`) === '1');
  await cluster('kill', 'apiserver');
  await until('it fails', () => store.health().failing !== null);
  await cluster('start', 'apiserver');
  await cluster('wait');
  await until('a write works again', () =>
    write('killed', 'k', 2).then(
      () => true,
      () => false,
    ),
  );
  await until('it is told', () => store.get(`${NAMESPACE}/k`) === '2');
  assert.deepEqual(
    told.map(({ kind, object }) => `${kind} ${object}`),
    ['added 1', 'changed 2'],
  );
  // The new API server knows nothing older than itself.
  const read = async () => {
    const signal = AbortSignal.timeout(10_000);
    for await (const _ of eventsOf('WATCH', await kube.watch(at(), { query: { resourceVersion: '1' }, signal })))
      assert.fail('it was told an event');
  };
  await assert.rejects(read(), isExpired);
});

const labelled = (set: string, name: string, n: number) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { set } },
  data: { n: String(n) },
});

async function write(set: string, name: string, n: number): Promise<void> {
  await kube.patch(at(name), labelled(set, name, n), 'apply');
}

/** Follows the ConfigMaps of one label through the proxy. */
function follow(
  t: TestContext,
  set: string,
  tuning: Partial<Tuning> = {},
  metadataOnly = false,
  through: Pick<Kube, 'list' | 'watch'> = behind,
) {
  const ours = new AbortController();
  const told: Change<string>[] = [];
  const silent = () => {};
  const store = reflect({
    kube: through,
    path: at(),
    query: { labelSelector: `set=${set}` },
    metadataOnly,
    strip: ({ data }: ConfigMap) => data?.n ?? 'no data',
    onChange: (change) => told.push(change),
    signal: ours.signal,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    tuning,
  });
  t.after(async () => {
    ours.abort();
    await store.ended;
    proxy.resume();
  });
  return { store, told };
}

async function cluster(...verb: string[]): Promise<void> {
  const tool = fileURLToPath(new URL('../cluster/cluster', import.meta.url));
  await promisify(execFile)(tool, ['--name', process.env['CLUSTER'] ?? '', ...verb]);
}
