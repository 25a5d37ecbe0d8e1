import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { until } from '../test/support/until.ts';
import { hello } from './hello.ts';
import { EMPTY_JOURNAL } from './journal.ts';
import type { FromOperator } from './protocol.ts';
import { type Link, session } from './session.ts';
import { testCa, type TestCa } from './test/certificate.ts';
import { anAssignment, operatorDouble } from './test/operator-double.ts';

test('dials with the token and CA of that moment, says hello first, and takes frames and bytes', async (t) => {
  const { operator, frames, bytes, tokens } = await anOperator(t);
  const { booted } = await operator.next('hello');
  assert.equal(booted, false);
  const assign = anAssignment({ 'configmaps/web': { a: 'A' } });
  operator.send(assign);
  operator.send(Buffer.from('piece'));
  operator.send({ type: 'from the future' });
  operator.send({ type: 'ca', pem: 'PEM' });
  await until('all came', () => frames.length === 2);
  assert.deepEqual(frames, [assign, { type: 'ca', pem: 'PEM' }]);
  assert.deepEqual(bytes.map(String), ['piece']);
  tokens.push('second');
  operator.streams()[0]?.close(1012, 'not leader');
  await operator.next('hello');
  assert.deepEqual(operator.tokens, ['Bearer first', 'Bearer second']);
});

test('a malformed or oversized frame ends the stream, and it is dialled again', async (t) => {
  const { operator, said } = await anOperator(t);
  await operator.next('hello');
  operator.send({ type: 'assign', epoch: [1] });
  await operator.next('hello');
  operator.send(Buffer.alloc(256 * 1024 + 1));
  await operator.next('hello');
  assert.ok(said.some((line) => line.startsWith('a frame of the operator was not understood: ')));
});

test('an operator whose certificate has another name, or is of another CA, is not spoken to', async (t) => {
  const ca = await testCa();
  const other = await operatorDouble(ca, { names: ['elsewhere.test'] });
  t.after(() => other.close());
  const { said } = aSession(t, other.address, () => [ca.ca]);
  await until('the name is complained of', () => said.some((line) => /does not match certificate's altnames/.test(line)));
  const stranger = aSession(t, (await anOperator(t)).operator.address, () => [ca.ca]);
  await until('the CA is complained of', () =>
    stranger.said.some((line) => /: (certificate signature failure|unable to verify|self.signed certificate)/.test(line)),
  );
  assert.deepEqual(other.tokens, [], 'no token was shown');
});

test('a CA that comes later is taken at a later dial, and said once to be missing', async (t) => {
  const ca = await testCa();
  const operator = await operatorDouble(ca);
  t.after(() => operator.close());
  const trusted: string[] = [];
  const { said } = aSession(t, operator.address, () => trusted);
  await until('it was looked for in vain', () => said.length > 0);
  trusted.push(ca.ca);
  await operator.next('hello');
  assert.deepEqual(said.filter((line) => line.includes('no CA yet')).length, 1);
});

test('what the operator answers in place of a stream is said', async (t) => {
  const ca = await testCa();
  const server = https.createServer(await ca.issue(['127.0.0.1']), (_, response) => void response.end());
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 18\r\n\r\nthe pod is unknown'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { said } = aSession(t, `127.0.0.1:${(server.address() as AddressInfo).port}`, () => [ca.ca]);
  await until('it is said', () => said.includes('not connected to the operator: the operator answered 403: the pod is unknown'));
});

test('an operator that is silent for two pings is given up, and dialled again', async (t) => {
  const { operator } = await anOperator(t, { pingMs: 30 });
  await operator.next('hello');
  // Stops reading: pings go unanswered, and the connection stays.
  operator.streams()[0]?.pause();
  await operator.next('hello');
});

async function anOperator(t: TestContext, more: Partial<Link> = {}) {
  const ca: TestCa = await testCa();
  const operator = await operatorDouble(ca);
  t.after(() => operator.close());
  return { operator, ...aSession(t, operator.address, () => [ca.ca], more) };
}

function aSession(t: TestContext, operator: string, ca: Link['ca'], more: Partial<Link> = {}) {
  const frames: FromOperator[] = [];
  const bytes: Uint8Array[] = [];
  const said: string[] = [];
  const tokens = ['first'];
  const link = session({
    operator,
    token: () => tokens.at(-1) ?? '',
    ca,
    hello: () => hello(EMPTY_JOURNAL, 0),
    onFrame: (frame) => void frames.push(frame),
    onBytes: (piece) => void bytes.push(piece),
    onLost: () => undefined,
    log: (level, msg) => void (level !== 'info' && said.push(msg)),
    random: () => 0.01,
    ...more,
  });
  t.after(() => link.close());
  return { frames, bytes, said, tokens };
}
