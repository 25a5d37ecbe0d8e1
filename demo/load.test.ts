import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { load } from './load.ts';
import { until } from './until.ts';

test('every request has a connection of its own, and what is not answered 200 is a failed one', async () => {
  let connections = 0;
  let answered = 0;
  const server = createServer((_, response) => {
    answered += 1;
    if (answered % 2 === 0) response.writeHead(503);
    response.end('v7 pod-1');
  });
  server.on('connection', () => (connections += 1)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = new AbortController();
  const running = load(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, end.signal);
  assert.ok(await until(() => running.failed() >= 3 || null, 20));
  end.abort();
  assert.ok(await until(() => answered === running.requests() || null, 20));
  server.close();
  assert.equal(connections, answered);
  assert.ok(running.requests() >= 6);
  assert.equal(running.lastFailure(), 'status 503');
  assert.deepEqual([...running.servedBy('v7')], ['pod-1']);
});
