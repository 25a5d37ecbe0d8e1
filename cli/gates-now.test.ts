import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { Kube } from '../operator/kube/client.ts';
import { refusalOf } from '../operator/kube/errors.ts';
import type { Pod } from '../operator/kube/pods.ts';
import { gatesNow } from './gates-now.ts';
import { aPolicy, healthy } from './testing/objects.ts';

const PODS = `/api/v1/namespaces/shop/pods`;
const pod = (name: string, managed = true) => ({ uid: `uid-${name}`, name, managed, ip: '10.0.0.1' }) as Pod;
const health = { name: 'health', port: 8080, path: '/healthz?full', matches: '^ok$' };
const errors = (address: string, more: object = {}) => ({ name: 'errors', prometheus: { address, query: 'e', ...more }, max: 0.01 });
const vector = (...values: readonly string[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result: values.map((value) => ({ value: [0, value] })) } });

/** An API server that gives these answers, by path; what it has none for it forbids. */
function api(answers: Readonly<Record<string, string | number>>): Kube {
  const watch: Kube['watch'] = async (path) => {
    const answer = answers[path];
    if (typeof answer === 'string') return Readable.from([Buffer.from(answer)]);
    if (answer !== undefined) throw refusalOf(`WATCH ${path}`, answer, null);
    const message = `pods "${path.split('/')[6]}" is forbidden`;
    throw refusalOf(`WATCH ${path}`, 403, { kind: 'Status', code: 403, reason: 'Forbidden', message, details: { name: 'it' } });
  };
  return { watch } as Kube;
}

const QUERY = 'proxy/api/v1/query?query=e&timeout=10s';

for (const [gates, answers, says, because] of [
  [
    { http: [health] },
    { [`${PODS}/a:8080/proxy/healthz?full`]: 'ok\n', [`${PODS}/b:8080/proxy/healthz?full`]: 'ok' },
    'holds now, of 2 members asked',
    'each member is asked through the API server',
  ],
  [
    { http: [{ ...health, scheme: 'HTTPS' }] },
    { [`${PODS}/https:a:8080/proxy/healthz?full`]: 'ok', [`${PODS}/https:b:8080/proxy/healthz?full`]: 500 },
    'does not hold now: b:8080/healthz?full answered 500',
    'one of them is not well',
  ],
  [
    { http: [health] },
    { [`${PODS}/a:8080/proxy/healthz?full`]: 'ok', [`${PODS}/b:8080/proxy/healthz?full`]: 503 },
    'does not hold now: b:8080/healthz?full answered 503',
    'its own answer is no outage of the API server',
  ],
  [{ http: [health] }, {}, 'cannot be measured from here: pods "a:8080" is forbidden', 'we may not ask it'],
  [
    { metrics: [errors('http://prometheus.monitoring:9090')] },
    { [`/api/v1/namespaces/monitoring/services/prometheus:9090/${QUERY}`]: vector('0.002', '0') },
    '0.002, 0 now, where at most 0.01 is asked',
    'its Prometheus is in the cluster',
  ],
  [
    { metrics: [errors('https://prometheus.monitoring.svc', { ca: { secret: { name: 'ca', key: 'ca.crt' } } })] },
    { [`/api/v1/namespaces/monitoring/services/https:prometheus:443/${QUERY}`]: vector('0.5') },
    'does not hold now: 0.5 is above 0.01',
    'over TLS, where the API server trusts it',
  ],
  [
    { metrics: [errors('https://prometheus.example.com')] },
    {},
    'the operator alone measures it: prometheus.example.com is outside of the cluster; in its last bake: Pass, holds',
    'its Prometheus is not in the cluster',
  ],
  [
    { metrics: [errors('http://prometheus.monitoring', { token: { secret: { name: 'token', key: 'token' } } })] },
    {},
    'the operator alone measures it: it has the token in Secret token; in its last bake: Pass, holds',
    'it needs a token',
  ],
  [{ job: { template: { spec: {} } } }, {}, 'its Job runs in each bake and no sooner', 'a Job is run in bakes only'],
] as const)
  test(`a gate ${says}: ${because}`, async () => {
    const policy = aPolicy({ ...healthy, gates: [{ name: 'errors', verdict: 'Pass', because: 'gate errors: holds' }] }, 'web', { gates });
    const [gate, ...more] = await gatesNow(api(answers), policy, [pod('a'), pod('b'), pod('no-sidecar', false)]);
    assert.deepEqual([gate?.now, more], [says, []]);
  });

test('where no member has an address yet, nobody is asked', async () => {
  const policy = aPolicy(healthy, 'web', { gates: { http: [health] } });
  assert.deepEqual(await gatesNow(api({}), policy, [{ ...pod('a'), ip: null }]), [
    { name: 'health', now: 'there is no member to ask now' },
  ]);
});
