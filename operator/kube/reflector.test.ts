import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import type { CallOptions, Kube, List } from './client.ts';
import { KubeError, refusalOf } from './errors.ts';
import { reflect, type Tuning } from './reflector.ts';

test('a stream tells the list first; what it did not name is gone when it says that it is whole', async (t) => {
  const { server, store, told } = start(t);
  const first = await server.watched();
  assert.equal(first.query.sendInitialEvents, true);
  first.say(put('a', '1'), put('b', '2'));
  await told('added shop/a', 'added shop/b');
  assert.equal(store.isSynced(), false);
  first.say(wholeAt('5'));
  await store.synced;
  assert.equal(store.resourceVersion(), '5');
});

test('a watch that ends goes on from the last version, events and bookmarks alike', async (t) => {
  const { server, told } = start(t);
  const first = await server.synced();
  first.say(put('a', '6'));
  await told('added shop/a');
  first.cut();
  const second = await server.watched();
  assert.deepEqual(
    [second.query.resourceVersion, second.query.sendInitialEvents, second.query.allowWatchBookmarks],
    ['6', undefined, true],
  );
  second.say(bookmark('9'));
  second.end();
  assert.equal((await server.watched()).query.resourceVersion, '9');
});

test('a garbled line is counted, and the watch goes on from before it', async (t) => {
  const { server, store, told } = start(t);
  const first = await server.synced();
  first.say(put('a', '6'), '{"type":"ADDED","object":{"metada', put('b', '7'));
  const second = await server.watched();
  assert.equal(second.query.resourceVersion, '6');
  second.say(put('b', '7'));
  await told('added shop/a', 'added shop/b');
  assert.equal(store.health().garbled, 1);
});

for (const [how, act] of [
  ['in the stream', (watch: Watched) => watch.say({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })],
  ['as an answer', (watch: Watched, server: Server) => (watch.cut(), server.refuseNext(refusalOf('WATCH', 410, null)))],
] as const) {
  test(`a version that is too old (410 ${how}) makes a new list, which tells only what differs`, async (t) => {
    const { server, store, told } = start(t);
    const first = await server.synced(put('same', '1'), put('old', '2'), put('gone', '3'), put('replaced', '4'));
    await told('added shop/same', 'added shop/old', 'added shop/gone', 'added shop/replaced');
    act(first, server);
    await server.synced(put('same', '1'), put('old', '8'), put('replaced', '9', 'another'));
    await told('changed shop/old', 'removed shop/replaced', 'added shop/replaced', 'removed shop/gone');
    assert.deepEqual([store.health().relists, store.list().length], [1, 3]);
  });
}

test('a server without WatchList is listed in pages, of one consistent version', async (t) => {
  const { server, store, told } = start(t, { streaming: false });
  server.pages = [
    { metadata: { resourceVersion: '5', continue: 'more' }, items: [object('a', '1')] },
    { metadata: { resourceVersion: '5' }, items: [object('b', '2')] },
  ];
  await store.synced;
  await told('added shop/a', 'added shop/b');
  assert.deepEqual(server.listed, [
    { limit: 500, continue: undefined },
    { limit: 500, continue: 'more' },
  ]);
  assert.equal((await server.watched()).query.resourceVersion, '5');
});

test('a server that never says that the list is whole is asked in pages', async (t) => {
  const { server, store } = start(t, {}, { stallMs: 50 });
  server.pages = [{ metadata: { resourceVersion: '5' }, items: [] }];
  (await server.watched()).say(put('a', '1'));
  await store.synced;
  assert.equal((await server.watched()).query.resourceVersion, '5');
});

test('a list that breaks off removes nothing', async (t) => {
  const { server, store, told } = start(t);
  const first = await server.synced(put('a', '1'), put('b', '2'));
  await told('added shop/a', 'added shop/b');
  first.say({ type: 'ERROR', object: { kind: 'Status', code: 410 } });
  const second = await server.watched();
  second.say(put('a', '1'));
  second.cut();
  await server.watched();
  assert.equal(store.list().length, 2);
});

test('a list that ends in order before it is whole is a failure, and begins anew', async (t) => {
  const { server, store } = start(t);
  const first = await server.watched();
  first.say(put('a', '1'));
  first.end();
  assert.equal((await server.watched()).query.sendInitialEvents, true);
  assert.match(store.health().failing ?? '', /ended before its list was whole/);
});

test('a watch that is silent is renewed, and its connection is given up', async (t) => {
  const { server, store } = start(t, {}, { stallMs: 50 });
  const first = await server.synced();
  const second = await server.watched();
  assert.equal(second.query.resourceVersion, '5');
  assert.equal(first.signal.aborted, true);
  assert.equal(store.health().stalls, 1);
});

test('a watch is asked to end before its silence would look like a stall', async (t) => {
  for (const random of [() => 0, () => 0.999]) {
    const { server } = start(t, {}, { stallMs: 60_000, random });
    const { timeoutSeconds } = (await server.watched()).query;
    assert.ok(Number(timeoutSeconds) >= 45 && Number(timeoutSeconds) <= 55, String(timeoutSeconds));
  }
});

test('failures in a row wait longer and longer, up to the longest, and an event ends that', async (t) => {
  const refusals = [1, 2, 3, 4].map(() => refusalOf('WATCH', 503, null));
  const { server, waits, told } = start(t, { refusals }, { baseBackoffMs: 1, maxBackoffMs: 4, random: () => 1 });
  const watch = await server.synced();
  watch.say(put('a', '6'));
  await told('added shop/a');
  watch.cut();
  await server.watched();
  assert.deepEqual(waits, [1, 2, 4, 4, 1]);
});

test('a server that asks to stay away is obeyed', async (t) => {
  const { waits } = start(t, { refusals: [refusalOf('WATCH', 429, null, '7')] }, { random: () => 0 });
  while (waits.length === 0) await turn();
  assert.deepEqual(waits, [7_000]);
});

test('a watch that is closed at once, again and again, is no success', async (t) => {
  const { server, store, waits } = start(t, {}, { paceMs: 60_000, maxBackoffMs: 1 });
  const first = await server.synced();
  first.end();
  while (waits.length === 0) await turn();
  assert.match(store.health().failing ?? '', /closed at once/);
});

test('a handler that throws is counted, and the next change is told', async (t) => {
  const { server, store, told, breakOn } = start(t);
  breakOn('shop/a');
  await server.synced(put('a', '1'), put('b', '2'));
  await told('added shop/b');
  assert.deepEqual([store.health().handlerErrors, store.list().length], [1, 2]);
});

test('an object that cannot be stripped keeps its last state', async (t) => {
  const { server, store, told } = start(t);
  const watch = await server.synced(put('a', '1'));
  watch.say({ type: 'MODIFIED', object: { ...object('a', '6'), poison: true } }, put('b', '7'));
  await told('added shop/a', 'added shop/b');
  assert.deepEqual([store.get('shop/a'), store.health().handlerErrors], ['1', 1]);
});

test('after the signal nothing is asked or told, and a waiter for the first list is let go', async (t) => {
  const { server, store, stop } = start(t);
  const watch = await server.watched();
  stop();
  await store.ended;
  await assert.rejects(store.synced, { name: 'AbortError' });
  assert.deepEqual([watch.signal.aborted, server.waiting()], [true, 0]);
});

const object = (name: string, version: string, uid = `uid-of-${name}`) => ({
  metadata: { name, namespace: 'shop', uid, resourceVersion: version },
});
const put = (name: string, version: string, uid?: string) => ({ type: 'ADDED', object: object(name, version, uid) });
const bookmark = (version: string, annotations = {}) => ({
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: version, annotations } },
});
const wholeAt = (version: string) => bookmark(version, { 'k8s.io/initial-events-end': 'true' });

type Raw = ReturnType<typeof object> & { readonly poison?: boolean };
type Server = ReturnType<typeof scriptedServer>;
type Watched = {
  readonly query: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly say: (...lines: (object | string)[]) => void;
  readonly end: () => void;
  readonly cut: () => void;
};

function start(t: TestContext, given: { streaming?: boolean; refusals?: KubeError[] } = {}, tuning: Partial<Tuning> = {}) {
  const server = scriptedServer(given.streaming ?? true, given.refusals ?? []);
  const ours = new AbortController();
  t.after(() => ours.abort());
  const heard: string[] = [];
  const waits: number[] = [];
  let broken = '';
  const silent = () => {};
  const store = reflect({
    kube: server.kube,
    path: '/api/v1/namespaces/shop/configmaps',
    strip: (raw: Raw) => {
      if (raw.poison) throw new Error('poison');
      return raw.metadata.resourceVersion;
    },
    onChange: ({ kind, key }) => {
      if (key === broken) throw new Error('broken');
      heard.push(`${kind} ${key}`);
    },
    signal: ours.signal,
    log: { debug: silent, info: silent, error: silent, warn: (fields) => waits.push((fields as { awayMs: number }).awayMs) },
    tuning: { paceMs: 0, baseBackoffMs: 1, maxBackoffMs: 1, ...tuning },
  });
  const told = async (...changes: string[]) => {
    while (heard.length < changes.length) await turn();
    assert.deepEqual(heard.splice(0), changes);
  };
  return { server, store, told, waits, stop: () => ours.abort(), breakOn: (key: string) => void (broken = key) };
}

/** Answers watches and lists as the test says; a watch waits in `watched` until the test takes it. */
function scriptedServer(streaming: boolean, refusals: KubeError[]) {
  const watches: Watched[] = [];
  const listed: object[] = [];
  const watch = async (_: string, { query = {}, signal }: CallOptions & { signal: AbortSignal }) => {
    const refusal = refusals.shift() ?? (query['sendInitialEvents'] && !streaming ? refusalOf('WATCH', 422, null) : null);
    if (refusal) throw refusal;
    const body = new PassThrough();
    signal.addEventListener('abort', () => body.destroy(signal.reason as Error), { once: true });
    watches.push({
      query,
      signal,
      say: (...lines) => lines.forEach((line) => body.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)),
      end: () => body.end(),
      cut: () => body.destroy(new KubeError('reset', { status: null, reason: 'ECONNRESET' })),
    });
    return body;
  };
  const watched = async (): Promise<Watched> => {
    for (;;) {
      const next = watches.shift();
      if (next) return next;
      await turn();
    }
  };
  const server = {
    pages: [] as List<unknown>[],
    listed,
    watched,
    synced: async (...lines: object[]) => {
      const next = await watched();
      next.say(...lines, wholeAt('5'));
      return next;
    },
    waiting: () => watches.length,
    refuseNext: (error: KubeError) => void refusals.push(error),
    kube: {
      watch,
      list: async (_: string, { query }: CallOptions = {}) => {
        listed.push(query ?? {});
        return server.pages.shift() ?? assert.fail('no page is left');
      },
    } as Pick<Kube, 'list' | 'watch'>,
  };
  return server;
}
