import assert from 'node:assert/strict';
import type http from 'node:http';
import { test } from 'node:test';
import { turnedClock } from '../link/testing/turned-clock.ts';
import { openAsk, type Question } from './ask.ts';
import { aServer } from './testing/a-server.ts';

const never = new AbortController().signal;

const misbehaving: readonly [string, http.RequestListener, RegExp][] = [
  ['a redirect is an answer, and not followed', (_, to) => to.writeHead(301, { location: '/elsewhere' }).end('moved'), /^301 moved$/],
  ['an error is an answer', (_, to) => to.writeHead(500).end('out of memory'), /^500 out of memory$/],
  ['a body that is too large is not read on', (_, to) => flood(to), /^answered 200 with more than 64 KiB$/],
  ['a reset is no answer', (from) => from.socket.resetAndDestroy(), /^does not answer: ECONNRESET$/],
  ['a reset in the body is no answer', (from, to) => void to.write('half', () => from.socket.resetAndDestroy()), /^does not answer: ./],
  [
    'a body that ends too early is no answer',
    (from, to) => void to.writeHead(200, { 'content-length': 9 }).write('half', () => from.socket.end()),
    /^does not answer: .*content-length/,
  ],
  ['what is no HTTP is no answer', (from) => void from.socket.end('hello\r\n\r\n'), /^does not answer: .*HTTP/],
];
for (const [title, answer, expected] of misbehaving) {
  test(title, async (t) => {
    const server = await aServer(t, answer);
    assert.match(told(await openAsk(turnedClock())(to(server.port), never)), expected);
    assert.equal(server.asked.length, 1);
  });
}

const hanging: readonly [string, http.RequestListener][] = [
  ['who hangs has five seconds', () => {}],
  ['who drips has five seconds, up to the last byte', (_, to) => drip(to)],
];
for (const [title, answer] of hanging) {
  test(title, async (t) => {
    const clock = turnedClock();
    const server = await aServer(t, answer);
    const asking = openAsk(clock)(to(server.port), never);
    await server.next();
    clock.turn(5_000);
    assert.equal(told(await asking), 'does not answer within 5s');
  });
}

test('who is not there does not answer', async (t) => {
  const { port } = await aServer(t, () => {}, { host: '127.0.0.2' });
  assert.equal(told(await openAsk(turnedClock())(to(port), never)), 'does not answer: ECONNREFUSED');
});

test('of many questions, 32 are under way at once, and all are answered', async (t) => {
  const { port } = await aServer(t, (_, response) => response.end('ok'));
  const clock = turnedClock();
  let begun = 0;
  // The deadline is set when a question has its turn.
  const after = (ms: number, run: () => void) => {
    begun += 1;
    return clock.after(ms, run);
  };
  const ask = openAsk({ ...clock, after });
  const answers = Promise.all(Array.from({ length: 40 }, () => ask(to(port), never)));
  await Promise.resolve();
  assert.equal(begun, 32);
  assert.deepEqual(new Set((await answers).map(told)), new Set(['200 ok']));
  assert.equal(begun, 40);
});

test('a bake that ends cuts its questions off', async (t) => {
  const server = await aServer(t, () => {});
  const ending = new AbortController();
  const asking = openAsk(turnedClock())(to(server.port), ending.signal);
  await server.next();
  ending.abort(new Error('over'));
  await assert.rejects(asking, /over/);
});

function to(port: number): Question {
  return { origin: `http://127.0.0.1:${port}`, path: '/health', method: 'GET', tls: {}, timeoutMs: 5_000, maxBytes: 64 * 1024 };
}

function told(answer: Awaited<ReturnType<ReturnType<typeof openAsk>>>): string {
  return answer.kind === 'answer' ? `${answer.status} ${answer.body}` : answer.because;
}

function flood(response: http.ServerResponse): void {
  while (response.write(Buffer.alloc(16 * 1024))) continue;
  response.once('drain', () => flood(response));
}

function drip(response: http.ServerResponse): void {
  if (response.destroyed) return;
  response.write('.', () => setImmediate(drip, response));
}
