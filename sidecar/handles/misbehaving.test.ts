/** Servers that answer what no app should: each is a refusal in one sentence, in its time, whatever it sends. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { testCa } from '../test/certificate.ts';
import { ask } from './loopback.ts';
import { lookOverHttp } from './verify-http.ts';

type Behaves = (socket: Socket) => void;

/** The kernel's buffers on both sides take some megabytes; what is read is far less. */
const FLOOD_BYTES = 16 * 1024 * 1024;
const OK = 'HTTP/1.1 200 OK\r\n';

const never: Behaves = () => undefined;
const says =
  (...pieces: readonly (string | Buffer)[]): Behaves =>
  (socket) => {
    for (const piece of pieces) socket.write(piece);
  };
const saysAndCloses =
  (...pieces: readonly (string | Buffer)[]): Behaves =>
  (socket) => {
    says(...pieces)(socket);
    socket.end();
  };

const REFUSED: readonly (readonly [title: string, behaves: Behaves, because: string | RegExp])[] = [
  ['answers 500', says('HTTP/1.1 500 X\r\nContent-Length: 4\r\n\r\nno 1'), 'answered 500: no 1'],
  ['answers 404 without a body', says('HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n'), 'answered 404'],
  ['answers a status that there is not', says('HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n'), 'answered 999'],
  [
    'redirects',
    says('HTTP/1.1 301 X\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n'),
    'answered 301: redirects are not followed',
  ],
  ['switches protocols', says('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), 'answered 101: that is another protocol'],
  ['says 100 for ever', (socket) => repeat(socket, 'HTTP/1.1 100 Continue\r\n\r\n'), 'did not answer within 0.3s'],
  ['hangs before its headers', never, 'did not answer within 0.3s'],
  ['hangs in its headers', says(`${OK}X: y\r\n`), 'did not answer within 0.3s'],
  ['hangs after its headers', says(`${OK}Content-Length: 5\r\n\r\n`), 'did not answer within 0.3s'],
  ['drips its headers', (socket) => drip(socket, 'HTTP/1.1 200 OK and many more words of it'), 'did not answer within 0.3s'],
  ['drips its body', (socket) => (says(`${OK}\r\n`)(socket), drip(socket, 'x')), 'did not answer within 0.3s'],
  [
    'has a body that is too large',
    says(`${OK}Content-Length: 65537\r\n\r\n`, Buffer.alloc(65_537, 'x')),
    'answered 200 with more than 64 KiB',
  ],
  [
    'has chunks without an end',
    (socket) => (says(`${OK}Transfer-Encoding: chunked\r\n\r\n`)(socket), repeat(socket, chunk(16_384))),
    'answered 200 with more than 64 KiB',
  ],
  [
    'has trailers without an end',
    (socket) => (says(`${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`)(socket), repeat(socket, 'X: y\r\n')),
    /^answered no HTTP: .*overflow/i,
  ],
  [
    'has a chunk that is none',
    says(`${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n`),
    /^answered no HTTP: Parse Error: Invalid character in chunk size$/,
  ],
  [
    'has headers without an end',
    (socket) => (says(OK)(socket), repeat(socket, 'X: y\r\n')),
    /^answered no HTTP: Parse Error: Header overflow$/,
  ],
  ['has a header that is too large', says(`${OK}X: ${'y'.repeat(20_000)}\r\n\r\n`), /^answered no HTTP: Parse Error: Header overflow$/],
  ['has a status line that is none', says('HELLO\r\n\r\n'), /^answered no HTTP: Parse Error: Expected HTTP\//],
  [
    'has a length that is none',
    says(`${OK}Content-Length: -1\r\n\r\n`),
    /^answered no HTTP: Parse Error: Invalid character in Content-Length$/,
  ],
  ['has two lengths', says(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`), /^answered no HTTP: Parse Error/],
  [
    'sends more than it promises',
    says(`${OK}Content-Length: 2\r\n\r\nok, and more of it`),
    /^answered no HTTP: Parse Error: Expected HTTP\//,
  ],
  ['promises more than it sends', saysAndCloses(`${OK}Content-Length: 100\r\n\r\nhalf`), 'broke off: aborted'],
  [
    'resets in its headers',
    (socket) => (says('HTTP/1.1 20')(socket), setImmediate(() => socket.resetAndDestroy())),
    /^broke off: (read ECONNRESET|socket hang up)$/,
  ],
  [
    'resets in its body',
    (socket) => socket.write(`${OK}Content-Length: 9\r\n\r\nhalf`, () => socket.resetAndDestroy()),
    /^broke off: (aborted|read ECONNRESET)$/,
  ],
  ['closes without a word', (socket) => void socket.end(), 'broke off: socket hang up'],
  [
    'answers with colours and a bell',
    says('HTTP/1.1 400 X\r\nContent-Length: 15\r\n\r\n\u001b[31mred\u0007\r\nmore'),
    String.raw`answered 400: \u001b[31mred\u0007`,
  ],
  ['repeats what is secret', says('HTTP/1.1 400 X\r\nContent-Length: 14\r\n\r\nbad: "hunter2"'), 'answered 400: bad: "…"'],
];

for (const [title, behaves, because] of REFUSED) {
  test(`a server that ${title} refuses the reload`, async (t) => {
    const { port, sent } = await listen(t, behaves);
    const hangs = because === 'did not answer within 0.3s';
    const answer = await ask(post(port), hangs ? 300 : 30_000, new AbortController().signal, hide);
    assert.ok(answer.kind === 'failed' && answer.told, JSON.stringify(answer));
    const said = answer.because.replace(`POST 127.0.0.1:${port}/-/reload `, '');
    if (typeof because === 'string') assert.equal(said, because);
    else assert.match(said, because);
    assert.match(answer.because, /^[\x20-\x7e…]{1,400}$/);
    assert.ok(sent() < FLOOD_BYTES, `it could send ${sent()} bytes`);
  });
}

test('a server that resets at once may not have been told', async (t) => {
  const server = net.createServer((socket) => void socket.resetAndDestroy());
  const answer = await ask(post(await portOf(t, server)), 30_000, new AbortController().signal, hide);
  assert.ok(answer.kind === 'failed' && answer.absent !== true, JSON.stringify(answer));
  assert.match(answer.because, /(could not be connected: connect|broke off: read) ECONNRESET|broke off: socket hang up/);
});

test('a server that speaks TLS is none that speaks HTTP', async (t) => {
  const ca = await testCa();
  const server = tls.createServer(await ca.issue(['127.0.0.1']));
  const port = await portOf(t, server);
  const answer = await ask(post(port), 30_000, new AbortController().signal, hide);
  assert.ok(answer.kind === 'failed', JSON.stringify(answer));
  assert.match(answer.because, /\/-\/reload (answered no HTTP: Parse Error: Expected HTTP\/.*|broke off: .*)$/);
});

const UNPROVED: readonly (readonly [title: string, headers: string, body: string | Buffer, shown: string])[] = [
  ['another type than JSON', 'Content-Type: text/html', '<html>r2</html>', 'no JSON ("<html>r2</html>")'],
  ['JSON that is cut', '', '{"version":"r', String.raw`no JSON ("{\"version\":\"r")`],
  ['JSON with that key twice', '', '{"version":"r2","version":"r1"}', '"r1"'],
  ['JSON nested deeply', '', `${'['.repeat(32_000)}${']'.repeat(32_000)}`, 'nothing at $.version'],
  ['JSON whose value is nested deeply', '', `{"version":${'['.repeat(32_000)}${']'.repeat(32_000)}}`, '"['],
  ['an inherited key', '', '{"__proto__":{"version":"r2"}}', 'nothing at $.version'],
  ['bytes that are no UTF-8', '', Buffer.from([0x7b, 0xff, 0xfe]), 'bytes that are no UTF-8'],
  ['gzip that nobody asked for', 'Content-Encoding: gzip', gzipSync('{"version":"r2"}'), 'in "gzip", which nobody asked for'],
  ['nothing at all', '', '', 'no JSON ("")'],
];

for (const [title, headers, body, shown] of UNPROVED) {
  test(`an app that answers with ${title} has proved nothing`, async (t) => {
    const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
    const { port } = await listen(t, says(`${OK}${length}${headers === '' ? '' : `${headers}\r\n`}\r\n`, body));
    const look = await lookAt(port);
    assert.ok(look.kind === 'not yet' && look.because.startsWith(`GET 127.0.0.1:${port}/version answered ${shown}`), JSON.stringify(look));
  });
}

test('a server that promises to keep a connection and closes it is asked on another one each time', async (t) => {
  const { port } = await listen(t, saysAndCloses(`${OK}Connection: keep-alive\r\nContent-Length: 16\r\n\r\n{"version":"r2"}`));
  for (let i = 0; i < 3; i++) assert.deepEqual(await lookAt(port), { kind: 'proved' });
});

test('an app that listens on IPv6 alone is asked there', async (t) => {
  const server = net.createServer((socket) => says(`${OK}Content-Length: 16\r\n\r\n{"version":"r2"}`)(socket));
  const port = await portOf(t, server, '::1');
  assert.deepEqual(await lookAt(port), { kind: 'proved' });
});

function lookAt(port: number) {
  const verify = { kind: 'http', port, path: '/version', jsonPath: '$.version', equals: 'Revision' } as const;
  return lookOverHttp(verify, 'r2', 100, 30_000, new AbortController().signal, hide);
}

function post(port: number) {
  return { port, path: '/-/reload', method: 'POST', headers: [] };
}

function hide(text: string): string {
  return text.replaceAll('hunter2', '…');
}

async function listen(t: TestContext, behaves: Behaves): Promise<{ readonly port: number; readonly sent: () => number }> {
  const sockets: Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    // Only when it was asked.
    socket.once('data', () => behaves(socket));
  });
  const port = await portOf(t, server);
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  return { port, sent: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0) };
}

async function portOf(t: TestContext, server: net.Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function repeat(socket: Socket, text: string): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', more);
  more();
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 20);
  socket.on('close', () => clearInterval(timer));
}

function chunk(bytes: number): string {
  return `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
}
