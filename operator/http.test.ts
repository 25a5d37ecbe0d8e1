import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { serveHttp } from './http.ts';

test('of more than 256 connections at once the rest is hung up on', async (t) => {
  const metrics = { text: () => Promise.resolve(''), contentType: 'text/plain' };
  const http = await serveHttp({ port: 0, metrics, unready: () => null });
  const sockets = Array.from({ length: 257 }, () => net.connect(http.port, '127.0.0.1').on('error', () => undefined));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    http.close();
  });
  await Promise.race(sockets.map((socket) => once(socket.resume(), 'close')));
  assert.equal(sockets.filter((socket) => !socket.closed).length, 256);
});
