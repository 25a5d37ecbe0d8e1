import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { after, test } from 'node:test';
import { issue, makeAuthority } from '../link/certificates.ts';
import { until } from '../link/testing/a-link.ts';
import { turnedClock } from '../link/testing/turned-clock.ts';
import { bodies } from './body.ts';
import { serveWebhook } from './serve.ts';
import { aReview } from './testing/a-review.ts';

const authority = await makeAuthority(Date.now());
const [first, second] = [await issue(authority, ['localhost'], Date.now()), await issue(authority, ['localhost'], Date.now())];

test('reviews are answered over TLS, all on one connection as the API server keeps it', async () => {
  const { ask, agent, sockets } = await aWebhook();
  for (let i = 0; i < 3; i++) assert.deepEqual(await ask(aReview()), { status: 200, body: `${aReview().length} characters`, close: false });
  assert.equal(sockets.size, 1);
  agent.destroy();
});

const asked: [what: Parameters<Awaited<ReturnType<typeof aWebhook>>['ask']>, status: number, because: string][] = [
  [['', { path: '/' }], 404, 'another path'],
  [['', { method: 'GET' }], 405, 'no review'],
  [['{', {}], 400, 'malformed'],
  [['x'.repeat((4 << 20) + 1), {}], 413, 'more than any object has'],
];

for (const [what, status, because] of asked) {
  test(`${status}: ${because}; the connection ends, and the next review is answered`, async () => {
    const { ask } = await aWebhook();
    assert.partialDeepStrictEqual(await ask(...what), { status, close: true });
    assert.partialDeepStrictEqual(await ask(aReview()), { status: 200 });
  });
}

test('before the policies were read there is no answer, so that failurePolicy decides', async () => {
  const { ask, state } = await aWebhook();
  state.unready = 'waiting for the first list of policies';
  assert.deepEqual(await ask(aReview()), { status: 503, body: 'waiting for the first list of policies', close: true });
  state.unready = null;
  assert.partialDeepStrictEqual(await ask(aReview()), { status: 200 });
});

test('who says nothing sensible, breaks off, or hangs up in the middle harms nobody else', async () => {
  const { ask, dial } = await aWebhook();
  for (const words of ['garbage\r\n\r\n', 'POST /inject HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{"half":', '']) {
    const socket = await dial();
    const closed = once(socket, 'close');
    socket.end(words);
    socket.resume();
    await closed;
  }
  assert.partialDeepStrictEqual(await ask(aReview()), { status: 200 });
});

test('bodies that are read at the same time are bounded together, and what they held is free again', async () => {
  const read = bodies(100, 150);
  const [one, two] = [gated('x'.repeat(90)), gated('x'.repeat(90))];
  const [readsOne, readsTwo] = [read(one.request), read(two.request)];
  one.send();
  await until(() => one.isRead());
  two.send();
  assert.deepEqual(await readsTwo, { kind: 'refused', status: 503, because: 'too many reviews at once' });
  one.end();
  assert.deepEqual(await readsOne, { kind: 'whole', text: 'x'.repeat(90) });
  const three = gated('x'.repeat(90));
  const readsThree = read(three.request);
  three.send();
  three.end();
  assert.partialDeepStrictEqual(await readsThree, { kind: 'whole' });
});

test('another certificate is for those who connect from now on; who is connected stays so', async () => {
  const { ask, agent, webhook, dial, sockets } = await aWebhook();
  await ask(aReview());
  webhook.serve(second);
  assert.equal(serialOf(await dial()), new X509Certificate(second.cert).serialNumber);
  assert.partialDeepStrictEqual(await ask(aReview()), { status: 200 });
  assert.equal(sockets.size, 1);
  agent.destroy();
});

test('a replica that ends answers a while longer, so that no review is lost on its way to it, and lets go of each connection', async () => {
  const { ask, webhook, clock } = await aWebhook();
  assert.partialDeepStrictEqual(await ask(aReview()), { status: 200, close: false });
  const closed = webhook.close();
  assert.partialDeepStrictEqual(await ask(aReview()), { status: 200, close: true });
  assert.partialDeepStrictEqual(await ask(aReview()), { status: 200, close: true });
  clock.turn(3_000);
  await closed;
  await assert.rejects(ask(aReview()), /ECONNREFUSED/);
});

async function aWebhook() {
  const state = { unready: null as string | null };
  const clock = turnedClock();
  const webhook = await serveWebhook({
    port: 0,
    serving: first,
    answer: (body) => (body === '{' ? { status: 400, body: 'malformed' } : { status: 200, body: `${body.length} characters` }),
    unready: () => state.unready,
    clock,
  });
  const { port } = webhook;
  const agent = new Agent({ keepAlive: true, ca: authority.cert });
  const sockets = new Set<unknown>();
  after(async () => {
    agent.destroy();
    const closed = webhook.close();
    clock.turn(3_000);
    await closed;
  });
  const ask = async (body: string, { path = '/inject', method = 'POST' } = {}) => {
    const asking = request({ host: 'localhost', port, path, method, agent, headers: { 'content-length': Buffer.byteLength(body) } });
    // Whoever sends too much may be answered, and cut off, before it has sent it all.
    asking.on('socket', (socket) => sockets.add(socket)).on('error', () => {});
    asking.end(body);
    const [response] = await once(asking, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return { status: response.statusCode as number, body: text, close: response.headers.connection === 'close' };
  };
  const dial = async () => {
    const socket = connect({ host: 'localhost', port, ca: authority.cert });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    return socket;
  };
  return { webhook, clock, state, agent, sockets, ask, dial };
}

function serialOf(socket: TLSSocket): string {
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

/** A request whose body comes, and ends, when the test says so. */
function gated(text: string) {
  const { promise: sent, resolve: send } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let isRead = false;
  async function* body() {
    await sent;
    yield Buffer.from(text);
    isRead = true;
    await ended;
  }
  return { request: body() as unknown as Parameters<ReturnType<typeof bodies>>[0], send, end, isRead: () => isRead };
}
