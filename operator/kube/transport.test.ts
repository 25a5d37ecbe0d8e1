import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Credential } from './credentials.ts';
import { openTransport } from './transport.ts';

test('a token that was refused is read again, and the new one rides on the old connections', async (t) => {
  const { ask, seen } = await start(t, [token('old'), token('new')]);
  assert.equal(await ask(), 401);
  const { connections } = seen();
  for (let i = 0; i < 5; i++) assert.equal(await ask(), 200);
  assert.deepEqual(seen().tokens, ['old', 'new', 'new', 'new', 'new', 'new']);
  // undici's pool may open a second one before it counts the first as free.
  assert.ok(seen().connections <= connections + 1, `${seen().connections} connections`);
});

test('other certificates make other connections, and the old ones are closed', { timeout: 10_000 }, async (t) => {
  const { ask, seen } = await start(t, [token('old'), { ...token('new'), tls: { ca: 'another' } }]);
  assert.equal(await ask(), 401);
  const closed = once(seen().socket, 'close');
  assert.equal(await ask(), 200);
  await closed;
});

test('a credential that cannot be read fails that request only', async (t) => {
  const { ask } = await start(t, [token('old'), new Error('gone'), token('new')]);
  assert.equal(await ask(), 401);
  await assert.rejects(ask(), { message: 'gone' });
  assert.equal(await ask(), 200);
});

test('requests at once read the credential once', async (t) => {
  const { ask, reads } = await start(t, [token('new'), token('new')]);
  await Promise.all([ask(), ask(), ask()]);
  assert.equal(reads(), 1);
});

test('after the close nothing is sent', async (t) => {
  const { ask, transport, seen } = await start(t, [token('new')]);
  await ask();
  await transport.close();
  await assert.rejects(ask(), { message: 'the connection to the API server is closed' });
  assert.equal(seen().tokens.length, 1);
});

const token = (name: string): Credential => ({ headers: { authorization: name }, tls: {} });

/** A server that takes the token `new` only, and the credentials that are read one after another. */
async function start(t: TestContext, credentials: (Credential | Error)[]) {
  const tokens: string[] = [];
  let connections = 0;
  let reads = 0;
  let socket: Socket;
  const server = createServer(({ headers, socket: from }, response) => {
    socket = from;
    tokens.push(headers.authorization ?? '');
    response.writeHead(headers.authorization === 'new' ? 200 : 401).end('{}');
  });
  // So that only the client closes.
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => (connections += 1));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const read = async () => {
    const next = credentials[reads++] ?? assert.fail('it was read once more');
    if (next instanceof Error) throw next;
    return next;
  };
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const transport = openTransport({ server: url, namespace: 'n', read }, 'fleet-reload/test');
  t.after(async () => {
    await transport.close();
    server.close();
  });
  const ask = async () => {
    const { statusCode, body } = await transport.send({
      method: 'GET',
      path: '/',
      headers: {},
      over: 'call',
      signal: new AbortController().signal,
    });
    await body.dump();
    return statusCode;
  };
  return { ask, transport, reads: () => reads, seen: () => ({ tokens, connections, socket }) };
}
