import assert from 'node:assert/strict';
import { once } from 'node:events';
import type http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { health } from './health.ts';

const ready = () => ({ ready: true, because: '' });

test('a health port that is taken is said, and taken once it is free', async (t) => {
  const other = net.createServer().listen(0);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const because = await new Promise<string>((failed) => {
    const server = health(port, ready, resolve, (error) => failed(error.message));
    t.after(() => server.close());
  });
  assert.match(because, /EADDRINUSE/);
  other.close();
  assert.equal(await listening, port);
  assert.equal((await fetch(`http://127.0.0.1:${port}/startup`)).status, 200);
});

test('a peer that never ends its request is hung up on', async (t) => {
  const socket = net.connect(await listen(t), '127.0.0.1').on('error', () => undefined);
  socket.write('GET /startup HTTP/1.1\r\nX: ');
  socket.resume();
  await once(socket, 'close');
});

test('of more than 32 connections at once the rest is hung up on', async (t) => {
  const port = await listen(t);
  const sockets = Array.from({ length: 33 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.race(sockets.map((socket) => once(socket.resume(), 'close')));
  const open = sockets.filter((socket) => !socket.closed);
  assert.equal(open.length, 32);
});

function listen(t: TestContext): Promise<number> {
  return new Promise((resolve, reject) => {
    const server: http.Server = health(0, ready, resolve, reject);
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
  });
}
