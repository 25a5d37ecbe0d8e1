import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../operator/inject/inject.ts';
import { aPolicy, CANDIDATE, healthy, STABLE } from '../testing/objects.ts';
import type { Words } from '../words.ts';
import { podFindings } from './pod.ts';

const POLICY = aPolicy(healthy);
const WORDS: Words = { running: { revision: STABLE, proof: 'Confirmed' }, asked: null, answered: true, refused: null, trouble: null };
const SIDECAR = { name: 'fleet-reload', restartPolicy: 'Always' };
const POD: Pod = {
  metadata: { labels: { app: 'web' } },
  spec: {
    shareProcessNamespace: true,
    securityContext: { runAsUser: 101 },
    initContainers: [SIDECAR],
    containers: [{ name: 'nginx', volumeMounts: [{ name: 'conf', mountPath: '/conf' }] }],
    volumes: [{ name: 'conf', configMap: { name: 'web-config' } }],
  },
};
const REFUSED = { attempt: '7.1', revision: CANDIDATE, because: 'nginx kept its workers' };

const wrongOf = (pod: Pod, policies = [POLICY], words: Words | string = WORDS) =>
  podFindings(pod, policies, words).flatMap(({ wrong }) => wrong ?? []);
const withSpec = (spec: object): Pod => ({ ...POD, spec: { ...POD.spec, ...spec } });

test('of a pod that is well nothing is wrong', () => {
  assert.deepEqual(wrongOf(POD), []);
});

const signalsProxy = aPolicy(healthy, 'web', { handle: { signal: { process: 'envoy', container: 'proxy' } } });
/** With a native sidecar of its own. */
const proxied = (runAsUser: number) =>
  withSpec({ initContainers: [SIDECAR, { name: 'proxy', restartPolicy: 'Always', securityContext: { runAsUser } }] });

test('nor of one whose native sidecar is signalled, and runs as the user of ours', () => {
  assert.deepEqual(wrongOf(proxied(101), [signalsProxy]), []);
});

for (const [pod, policies, words, says, because] of [
  [{ ...POD, metadata: {} }, [POLICY], WORDS, /^none does: give it the labels/, 'no policy selects it'],
  [POD, [POLICY, aPolicy(healthy, 'too')], WORDS, /^web and too do, and only the oldest has it/, 'two do'],
  [withSpec({ initContainers: [] }), [POLICY], WORDS, /^nothing hinders it: label the pod template/, 'it was made without the sidecar'],
  [withSpec({ initContainers: [], volumes: [] }), [POLICY], WORDS, /no volume/, 'the webhook refuses it'],
  [
    withSpec({ shareProcessNamespace: false }),
    [POLICY],
    WORDS,
    /set spec\.shareProcessNamespace: true/,
    'the sidecar does not see the app',
  ],
  [
    withSpec({ initContainers: [{ ...SIDECAR, securityContext: { runAsUser: 65532 } }] }),
    [POLICY],
    WORDS,
    /^the sidecar runs as 65532, the app as 101: set one runAsUser/,
    'it may not signal it',
  ],
  [
    proxied(1000),
    [signalsProxy],
    WORDS,
    /^the sidecar runs as 101, the app as 1000: set one runAsUser/,
    'it may not signal a native sidecar of another user',
  ],
  [POD, [POLICY], { ...WORDS, trouble: 'not connected to the operator: ECONNREFUSED' }, /ECONNREFUSED/, 'nobody answers it'],
  [
    POD,
    [POLICY],
    { ...WORDS, asked: { ...REFUSED, at: 0 }, refused: REFUSED },
    /^it refused 9c01d2e4b6a83f2a: nginx kept/,
    'its app refused',
  ],
  [POD, [POLICY], 'pods "web" is forbidden', /forbidden/, 'its log may not be read'],
] as const)
  test(`something is wrong with a pod: ${because}`, () => {
    const [wrong = '', ...more] = wrongOf(pod, [...policies], words);
    assert.deepEqual(more, []);
    assert.match(wrong, says);
  });
