import assert from 'node:assert/strict';
import type http from 'node:http';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { KubeError } from '../kube/errors.ts';
import { issue, makeAuthority } from '../link/certificates.ts';
import { turnedClock } from '../link/testing/turned-clock.ts';
import { openAsk } from './ask.ts';
import type { Edge } from './gate.ts';
import { filledIn, metricsGate } from './metrics.ts';
import { aBake, podsAt } from './testing/a-bake.ts';
import { aServer } from './testing/a-server.ts';

const TOKEN = { secret: { name: 'prom', key: 'token' } };
const CA = { secret: { name: 'prom', key: 'ca.crt' } };
const never = new AbortController().signal;

test('the query is posted with the names of the canary and the control in it', async (t) => {
  const { address, bodies, server } = await aPrometheus(t);
  const query = 'errors{pod=~"{{canary}}"} / errors{pod=~"{{control}}"}';
  assert.deepEqual(await gate({ address: `${address}/prom/`, query }).measure(aBake(), never), { kind: 'values', values: [0.5] });
  assert.equal(server.asked[0]?.method, 'POST');
  assert.equal(server.asked[0]?.url, '/prom/api/v1/query');
  assert.equal(server.asked[0]?.headers.authorization, undefined);
  assert.equal(new URLSearchParams(bodies[0]).get('query'), 'errors{pod=~"(?:web-1|web-2)"} / errors{pod=~"(?:web-3)"}');
});

const queries: readonly [string, string, Partial<ReturnType<typeof aBake>['measure']>, string][] = [
  ['a dot in a name is a dot', 'up{pod=~"{{canary}}"}', { canary: ['web.1-0'] }, 'up{pod=~"(?:web[.]1-0)"}'],
  ['nobody is no pod, and no series without a pod either', 'up{pod=~"{{control}}"}', { control: [] }, 'up{pod=~"-"}'],
  [
    'a hundred names are enough',
    '{{canary}}',
    { canary: Array.from({ length: 150 }, (_, index) => `p${index}`) },
    `(?:${Array.from({ length: 100 }, (_, index) => `p${index}`).join('|')})`,
  ],
  ['each place is filled in, and braces of PromQL stay', '{{control}}{a="{{control}}"}', { control: ['a'] }, '(?:a){a="(?:a)"}'],
];
for (const [title, query, measure, expected] of queries) {
  test(`a query is filled in: ${title}`, () => {
    assert.equal(
      filledIn(query, aBake({ measure }).measure, (uid) => ({ name: uid, ip: null })),
      expected,
    );
  });
}

test('a token and a CA come from a Secret, over TLS that is checked', async (t) => {
  const authority = await makeAuthority(Date.now());
  const tls = await issue(authority, ['127.0.0.1'], Date.now());
  const { address, server } = await aPrometheus(t, tls);
  const kube = aKube({ token: ' s3cret\n', 'ca.crt': authority.cert }, address);
  const outcome = await gate({ address, token: TOKEN, ca: CA }, kube).measure(aBake(), never);
  assert.deepEqual(outcome, { kind: 'values', values: [0.5] });
  assert.equal(server.asked[0]?.headers.authorization, 'Bearer s3cret');
  assert.deepEqual(kube.asked, ['/api/v1/namespaces/shop/secrets/prom', '/api/v1/namespaces/shop/secrets/prom']);
});

test('a certificate that another CA signed is a mistake, and the token is not sent', async (t) => {
  const tls = await issue(await makeAuthority(Date.now()), ['127.0.0.1'], Date.now());
  const { address, server } = await aPrometheus(t, tls);
  const kube = aKube({ token: 's3cret', 'ca.crt': (await makeAuthority(Date.now())).cert }, address);
  const outcome = await gate({ address, token: TOKEN, ca: CA }, kube).measure(aBake(), never);
  assert.equal(outcome.kind === 'unknown' && outcome.mistake, true);
  assert.match(because(outcome), /^Prometheus at https:\S+ does not answer: .*: see prometheus.ca$/);
  assert.equal(server.asked.length, 0);
});

test('the origin that a Secret names may have paths below it', async (t) => {
  const { address, server } = await aPrometheus(t);
  const outcome = await gate({ address: `${address}/prom/`, token: TOKEN }, aKube({ token: 's3cret' }, `${address}/`)).measure(
    aBake(),
    never,
  );
  assert.deepEqual(outcome, { kind: 'values', values: [0.5] });
  assert.equal(server.asked[0]?.headers.authorization, 'Bearer s3cret');
});

const strangers: readonly [string, (origin: string) => string | null][] = [
  ['it names none', () => null],
  ['it names another port', (origin) => origin.replace(/\d+$/, '9')],
  ['it names another scheme', (origin) => origin.replace('http:', 'https:')],
  ['it names another host, of which ours is a part', (origin) => `${origin}.example.com`],
  ['it names a path, which is no origin', (origin) => `${origin}/prom`],
  ['it names a user, who is no part of an origin', (origin) => origin.replace('://', '://me@')],
  ['it names two', (origin) => `${origin} ${origin}`],
  ['it is empty', () => ''],
];
for (const [title, annotated] of strangers) {
  test(`a Secret is sent only where it says so itself: ${title}`, async (t) => {
    const { address, server } = await aPrometheus(t);
    const kube = aKube({ token: 's3cret' }, annotated(address));
    const outcome = await gate({ address: `${address}/prom`, token: TOKEN }, kube).measure(aBake(), never);
    const says = `Secret prom does not let its content be sent to ${address}: annotate it with fleetreload.dev/prometheus=${address}`;
    assert.deepEqual(outcome, { kind: 'unknown', because: says, mistake: true });
    assert.equal(server.asked.length, 0);
  });
}

test('of a Secret that does not say so, nothing is told but that', async () => {
  for (const data of [{}, { token: '' }, { token: 'two\nlines' }])
    assert.match(
      because(await gate({ address: 'http://127.0.0.1:1', token: TOKEN }, aKube(data, null)).measure(aBake(), never)),
      /^Secret prom does not let/,
    );
});

const secrets: readonly [string, Record<string, string> | Error | null, string][] = [
  ['there is none', null, 'Secret prom is not there: make it, with the key token'],
  ['it has no such key', { other: 'x' }, 'Secret prom has no key token'],
  ['it is empty', { token: '\n' }, 'the key token of Secret prom is empty'],
  ['it is no token', { token: 'two\nlines' }, 'the key token of Secret prom is no token'],
  [
    'it may not be read',
    new KubeError('403', { status: 403, reason: 'Forbidden' }),
    "the operator has no right to Secret prom: grant it by the chart's value secrets",
  ],
];
for (const [title, data, expected] of secrets) {
  test(`a Secret with the token: ${title}`, async () => {
    const outcome = await gate({ address: 'http://127.0.0.1:1', token: TOKEN }, aKube(data, 'http://127.0.0.1:1')).measure(aBake(), never);
    assert.deepEqual(outcome, { kind: 'unknown', because: expected, mistake: true });
  });
}

test('a CA that is no certificate is a mistake', async (t) => {
  const { address } = await aPrometheus(t, await issue(await makeAuthority(Date.now()), ['127.0.0.1'], Date.now()));
  const outcome = await gate({ address, ca: CA }, aKube({ 'ca.crt': 'garbage' })).measure(aBake(), never);
  assert.equal(outcome.kind === 'unknown' && outcome.mistake, true);
  assert.match(because(outcome), /: see prometheus.ca$/);
});

test('who is not there is unknown, and no mistake', async (t) => {
  const { port } = await aServer(t, () => {}, { host: '127.0.0.2' });
  const outcome = await gate({ address: `http://127.0.0.1:${port}` }).measure(aBake(), never);
  assert.deepEqual(outcome, {
    kind: 'unknown',
    because: `Prometheus at http://127.0.0.1:${port} does not answer: ECONNREFUSED`,
    mistake: false,
  });
});

test('an answer of more than 1 MiB is a mistake of the query', async (t) => {
  const server = await aServer(t, (_, response) => response.end(Buffer.alloc(1024 * 1024 + 1)));
  const outcome = await gate({ address: `http://127.0.0.1:${server.port}` }).measure(aBake(), never);
  assert.deepEqual(outcome, {
    kind: 'unknown',
    because: `Prometheus at http://127.0.0.1:${server.port} answered 200 with more than 1024 KiB: let the query sum up`,
    mistake: true,
  });
});

test('it is measured first when there are data of the bake', () => {
  assert.equal(gate({ address: 'http://127.0.0.1:1' }).firstMs, 15_000);
});

/** It answers 0.5 whatever is asked. */
async function aPrometheus(t: TestContext, tls?: { cert: string; key: string }) {
  const bodies: string[] = [];
  const answer: http.RequestListener = (request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '0.5'] }] } }));
    });
  };
  const server = await aServer(t, answer, tls ? { tls } : {});
  return { server, bodies, address: `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}` };
}

function gate(prometheus: object, kube: Pick<Edge, 'kube'>['kube'] = aKube(null)) {
  const { policy } = aBake({ gates: { metrics: [{ name: 'errors', prometheus: { query: 'vector(1)', ...prometheus }, max: 1 }] } });
  const [spec] = policy.spec.gates.metrics ?? [];
  assert.ok(spec);
  return metricsGate(spec, { kube, ask: openAsk(turnedClock()), podOf: podsAt(null) });
}

/** It has one Secret, which may be sent to that origin, or fails. */
function aKube(data: Record<string, string> | Error | null, sendable: string | null = null) {
  const asked: string[] = [];
  const other = () => Promise.reject(new Error('not asked for'));
  return {
    asked,
    get: async <T>(path: string) => {
      asked.push(path);
      if (data instanceof Error) throw data;
      if (data === null) return null;
      const metadata = sendable === null ? {} : { annotations: { 'fleetreload.dev/prometheus': sendable } };
      return {
        metadata,
        data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
      } as T;
    },
    list: other,
    create: other,
    remove: other,
  };
}

function because(outcome: Awaited<ReturnType<ReturnType<typeof metricsGate>['measure']>>): string {
  return outcome.kind === 'unknown' ? outcome.because : '';
}
