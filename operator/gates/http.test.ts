import assert from 'node:assert/strict';
import type http from 'node:http';
import { test, type TestContext } from 'node:test';
import { issue, makeAuthority } from '../link/certificates.ts';
import { turnedClock } from '../link/testing/turned-clock.ts';
import { openAsk } from './ask.ts';
import { httpGate } from './http.ts';
import { slots } from './slots.ts';
import { aBake, podsAt } from './testing/a-bake.ts';
import { aServer } from './testing/a-server.ts';

const answers: readonly [string, object, string, string | null][] = [
  ['2xx is enough where nothing must match', {}, '204 ', null],
  ['an error has its first line', {}, '500 out of memory\nat line 7', 'web-1:8080/health answered 500: out of memory'],
  ['an error may be silent', {}, '503 ', 'web-1:8080/health answered 503'],
  ['a redirect is not right', {}, '301 moved', 'web-1:8080/health answered 301: redirects are not followed'],
  ['what an app says is escaped', {}, '500 \u001b[31mred', 'web-1:8080/health answered 500: \\u{1b}[31mred'],
  ['what an app says is cut', {}, `500 ${'x'.repeat(500)}`, `web-1:8080/health answered 500: ${'x'.repeat(126)}…`],
  ['the body matches, trimmed', { matches: '^ok$' }, '200  ok\n', null],
  ['the body does not match', { matches: '^ok$' }, '200 warming', 'web-1:8080/health answered "warming", which does not match'],
  [
    'the value at a path matches',
    { jsonPath: "$.checks[0]['config state']", matches: '^ok$' },
    '200 {"checks":[{"config state":"ok"}]}',
    null,
  ],
  ['a value that is no text matches as JSON has it', { jsonPath: '$.ready', matches: '^true$' }, '200 {"ready":true}', null],
  [
    'nothing is at the path',
    { jsonPath: '$.state', matches: 'ok' },
    '200 {"status":"ok"}',
    'web-1:8080/health answered 200, and there is nothing at $.state',
  ],
  [
    'what an object inherits is not in it',
    { jsonPath: '$.constructor', matches: '.' },
    '200 {}',
    'web-1:8080/health answered 200, and there is nothing at $.constructor',
  ],
  [
    'what is no JSON has no value',
    { jsonPath: '$.state', matches: 'ok' },
    '200 ok',
    'web-1:8080/health answered 200, and there is nothing at $.state',
  ],
  [
    'a large expression looks at no large answer',
    { matches: '(a[ab]{900}c|b[ab]{900}c)' },
    `200 ${'ab'.repeat(2000)}`,
    'web-1:8080/health answered 4000 characters, too many for this expression: use jsonPath, or a shorter one',
  ],
];
for (const [title, spec, answer, expected] of answers) {
  test(title, async (t) => {
    const { outcome } = await measured(t, spec, (_, response) => {
      response.writeHead(Number(answer.slice(0, 3))).end(answer.slice(4));
    });
    assert.equal(outcome.kind === 'answers' && outcome.asked.join(), 'uid-1');
    assert.deepEqual(wrongOf(outcome), expected === null ? [] : [expected]);
  });
}

test('words of an app with a Secret are not repeated', async (t) => {
  const secret = { sources: [{ secret: { name: 'tls' } }] };
  const failing = await measured(t, {}, (_, response) => response.writeHead(500).end('bad password hunter2'), secret);
  assert.deepEqual(wrongOf(failing.outcome), ['web-1:8080/health answered 500']);
  const other = await measured(t, { matches: '^ok$' }, (_, response) => response.end('hunter2'), secret);
  assert.deepEqual(wrongOf(other.outcome), ['web-1:8080/health answered what does not match']);
});

test('a long path leaves room for what was answered', async (t) => {
  const { outcome } = await measured(t, { path: `/${'deep/'.repeat(40)}` }, (_, response) => response.writeHead(500).end('out of memory'));
  assert.match(wrongOf(outcome)[0] ?? '', /^web-1:8080\/deep\/.{20,40}… answered 500: out of memory$/);
});

test('every member is asked for itself; one without an address is not asked', async (t) => {
  const server = await aServer(t, (_, response) => response.end('ok'));
  const podOf = (uid: string) => ({ name: uid, ip: { a: '127.0.0.1', b: '127.0.0.2' }[uid] ?? null });
  const outcome = await gateOn(server.port, {}, podOf).measure(aBake({ measure: { canary: ['a', 'b', 'new'] } }), never);
  assert.equal(outcome.kind === 'answers' && outcome.asked.join(), 'a,b');
  assert.deepEqual(wrongOf(outcome), ['b:8080/health does not answer: ECONNREFUSED']);
});

test('the first 256 members that can be asked speak for a large canary', async () => {
  const canary = Array.from({ length: 300 }, (_, index) => `uid-${index}`);
  const pods = podsAt('127.0.0.1');
  const podOf = (uid: string) => (uid === 'uid-0' ? { name: 'web-0', ip: null } : pods(uid));
  const outcome = await gateOn(1, {}, podOf, async () => ({ kind: 'answer', status: 200, body: '' })).measure(
    aBake({ measure: { canary } }),
    never,
  );
  assert.deepEqual(outcome, { kind: 'answers', asked: canary.slice(1, 257), wrong: [] });
});

test('an IPv6 address is asked', async (t) => {
  const server = await aServer(t, (_, response) => response.end('ok'), { host: '::1' });
  const outcome = await gateOn(server.port, {}, podsAt('::1')).measure(aBake(), never);
  assert.deepEqual(wrongOf(outcome), []);
});

test('a certificate of whatever name is taken', async (t) => {
  const tls = await issue(await makeAuthority(Date.now()), ['web.shop.svc'], Date.now());
  const server = await aServer(t, (_, response) => response.end('ok'), { tls });
  assert.deepEqual(wrongOf(await gateOn(server.port, { scheme: 'HTTPS' }).measure(aBake(), never)), []);
  assert.deepEqual(wrongOf(await gateOn(server.port, {}).measure(aBake(), never)).length, 2);
});

test('nobody to ask is unknown', async () => {
  const outcome = await gateOn(1, {}).measure(aBake({ measure: { canary: [] } }), never);
  assert.deepEqual(outcome, { kind: 'unknown', because: 'there is no member to ask', mistake: false });
});

const never = new AbortController().signal;

async function measured(t: TestContext, spec: object, answer: http.RequestListener, given: Parameters<typeof aBake>[0] = {}) {
  const server = await aServer(t, answer);
  const outcome = await gateOn(server.port, spec).measure(aBake({ measure: { canary: ['uid-1'] }, ...given }), never);
  return { outcome, server };
}

function gateOn(
  port: number,
  spec: object,
  podOf: Parameters<typeof httpGate>[1]['podOf'] = podsAt('127.0.0.1'),
  ask = openAsk(turnedClock()),
) {
  const { policy } = aBake({ gates: { http: [{ name: 'health', port, path: '/health', ...spec }] } });
  const [parsed] = policy.spec.gates.http ?? [];
  assert.ok(parsed);
  return httpGate(parsed, { ask, podOf, inTurn: slots(1) });
}

/** As if the server were at port 8080. */
function wrongOf(outcome: Awaited<ReturnType<ReturnType<typeof httpGate>['measure']>>): readonly string[] {
  assert.equal(outcome.kind, 'answers');
  return outcome.kind === 'answers' ? outcome.wrong.map(({ because }) => because.replace(/:[0-9]+\//, ':8080/')) : [];
}
