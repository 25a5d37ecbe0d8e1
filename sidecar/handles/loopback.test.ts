import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Verify } from '../protocol.ts';
import { hiding } from '../redact.ts';
import { ask, type Request } from './loopback.ts';
import { lookOverHttp } from './verify-http.ts';

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

for (const [title, answer, because] of [
  ['answers 500', (_, r) => r.writeHead(500).end('cannot parse line 3\nstack…'), 'answered 500: cannot parse line 3'],
  ['answers 404 without a body', (_, r) => r.writeHead(404).end(), 'answered 404'],
  ['answers 503 with an escape sequence', (_, r) => r.writeHead(503).end('\u001b[31mred'), 'answered 503: \\u001b[31mred'],
  ['redirects', (_, r) => r.writeHead(301, { location: 'http://example.com/' }).end(), 'answered 301: redirects are not followed'],
  ['hangs', () => undefined, 'did not answer within 0.2s'],
  ['drips', (_, r) => drip(r), 'did not answer within 0.2s'],
  ['answers without an end', (_, r) => flood(r), 'answered 200 with more than 64 KiB'],
  ['breaks off', (q) => q.socket.destroy(), 'broke off: socket hang up'],
  ['breaks off half way', (_, r) => breakOff(r), 'broke off: aborted'],
] as const satisfies readonly (readonly [string, Answer, string])[]) {
  test(`a reload endpoint that ${title} refuses, and may have been told`, async (t) => {
    const port = await serve(t, answer);
    // Who answers has all the time that a busy machine needs.
    const result = await ask(post(port), because.endsWith('within 0.2s') ? 200 : 30_000, new AbortController().signal, asItIs);
    assert.deepEqual(result, { kind: 'failed', because: `POST 127.0.0.1:${port}/-/reload ${because}`, told: true });
  });
}

test('a port that nobody listens on was not told', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const result = await ask(post(port), 1000, new AbortController().signal, asItIs);
  assert.deepEqual(result, {
    kind: 'failed',
    because: `POST 127.0.0.1:${port}/-/reload could not be connected: connect ECONNREFUSED 127.0.0.1:${port}`,
    told: false,
    absent: true,
  });
});

test('2xx is an answer; method, path, headers arrive as given', async (t) => {
  let got: unknown;
  const port = await serve(t, (request, response) => {
    got = [request.method, request.url, request.headers['x-token'], request.headers.host];
    response.writeHead(202).end('ok');
  });
  const result = await ask(
    { ...post(port), method: 'PUT', headers: [{ name: 'X-Token', value: 'abc' }] },
    1000,
    new AbortController().signal,
    asItIs,
  );
  assert.equal(result.kind === 'answer' && result.body.toString(), 'ok');
  assert.deepEqual(got, ['PUT', '/-/reload', 'abc', `127.0.0.1:${port}`]);
});

test('a header that HTTP does not allow is refused before anybody is told', async (t) => {
  const port = await serve(t, () => undefined);
  const result = await ask({ ...post(port), headers: [{ name: 'X', value: 'a\r\nb' }] }, 1000, new AbortController().signal, asItIs);
  assert.equal(result.kind === 'failed' && !result.told && /cannot be asked/.test(result.because), true);
});

test('a question that is left ends at once', async (t) => {
  const port = await serve(t, () => undefined);
  const leaving = new AbortController();
  const result = ask(post(port), 60_000, leaving.signal, asItIs);
  leaving.abort();
  assert.equal((await result).kind, 'failed');
});

const verify = (port: number, more: Partial<Extract<Verify, { kind: 'http' }>> = {}) =>
  ({ kind: 'http', port, path: '/version', jsonPath: null, equals: 'Revision', ...more }) as const;

for (const [title, body, more, expected, because] of [
  ['the whole body, trimmed, is the revision', ' r2\n', {}, 'r2', null],
  ['a value in JSON is it', '{"config":[{"version":2}]}', { jsonPath: "$.config[0]['version']" }, '2', null],
  ['the old one is shown', 'r1', {}, 'r2', 'answered "r1" for 0.1s, not "r2"'],
  ['no JSON is shown', '<html>', { jsonPath: '$.version' }, 'r2', 'answered no JSON ("<html>") for 0.1s, not "r2"'],
  ['nothing is there', '{"other":1}', { jsonPath: '$.version' }, 'r2', 'answered nothing at $.version for 0.1s, not "r2"'],
  [
    'a Secret’s value is not shown',
    'hunter1',
    { equals: { source: 'secrets/tls', key: 'a' } },
    'hunter2',
    'did not answer with the value expected within 0.1s',
  ],
] as const) {
  test(`verify over http: ${title}`, async (t) => {
    const port = await serve(t, (_, response) => response.end(body));
    const look = await lookOverHttp(verify(port, more), expected, 100, 1000, new AbortController().signal, asItIs);
    if (because === null) return assert.deepEqual(look, { kind: 'proved' });
    assert.ok(look.kind === 'not yet' && look.because.startsWith(`GET 127.0.0.1:${port}/version ${because}`), JSON.stringify(look));
    assert.doesNotMatch(look.because, /hunter/);
  });
}

for (const [title, jsonPath, body] of [
  ['a value that is not the one expected', null, 'r1 of hunter2hunter2'],
  ['an answer that is no JSON', '$.version', 'hunter2hunter2'],
  ['a value that is cut', null, `${'x'.repeat(70)} hunter2hunter2`],
] as const) {
  test(`verify over http: ${title} is shown without the Secret in it`, async (t) => {
    const port = await serve(t, (_, response) => response.end(body));
    const hide = hiding(() => [Buffer.from('hunter2hunter2\n')]);
    const look = await lookOverHttp(verify(port, { jsonPath }), 'r2', 100, 1000, new AbortController().signal, hide);
    assert.match(look.kind === 'not yet' ? look.because : '', /^(?!.*hunter).*…/);
  });
}

function asItIs(text: string): string {
  return text;
}

function post(port: number): Request {
  return { port, path: '/-/reload', method: 'POST', headers: [] };
}

async function serve(t: TestContext, answer: Answer): Promise<number> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function drip(response: http.ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
}

function flood(response: http.ServerResponse): void {
  const more = () => {
    if (!response.destroyed && response.write('x'.repeat(16 * 1024))) setImmediate(more);
  };
  response.on('drain', more);
  more();
}

function breakOff(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' }).write('half');
  setImmediate(() => response.destroy());
}
