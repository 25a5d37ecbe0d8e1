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

test('of a pod that was asked for nothing yet is not said that it applied it', () => {
  const held = { ...WORDS, running: null, trouble: 'the pod is held: web-config has no files' };
  const whats = podFindings(POD, [POLICY], held).map(({ what }) => what);
  assert.ok(!whats.includes('it applied what it was asked last'));
});

test('nor of one whose native sidecar is signalled, and runs as the user of ours', () => {
  assert.deepEqual(wrongOf(proxied(101), [signalsProxy]), []);
});

for (const [pod, policies, words, says, because] of [
  [{ ...POD, metadata: {} }, [POLICY], WORDS, /^none does: give it the labels/, 'no policy selects it'],
  [POD, [POLICY, aPolicy(healthy, 'too')], WORDS, /^too and web do, and only the oldest, too, has it: make/, 'two do'],
  [withSpec({ initContainers: [] }), [POLICY], WORDS, /^nothing hinders it: label the pod template/, 'it was made without the sidecar'],
  [
    {
      ...withSpec({ initContainers: [], shareProcessNamespace: undefined }),
      metadata: { labels: { app: 'web', 'fleetreload.dev/inject': 'true' } },
    },
    [POLICY],
    'container fleet-reload is not valid for pod web',
    /^nothing hinders it any more: let its controller make the pod again, kubectl rollout restart$/,
    'it was made before its policy, and asks for the sidecar',
  ],
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
  [
    withSpec({ securityContext: {} }),
    [POLICY],
    WORDS,
    /^only the app's image says which that is: set runAsUser/,
    'nobody can tell whether the sidecar may signal it',
  ],
  [
    { ...withSpec({ initContainers: [SIDECAR, { name: 'proxy', restartPolicy: 'Always' }] }) },
    [aPolicy(healthy, 'web', { handle: { signal: { process: 'envoy', container: 'envoy' } } })],
    WORDS,
    /^it has nginx, proxy: let spec\.handle\.signal\.container be one of them$/,
    'the container that is signalled is not there',
  ],
  [
    POD,
    [POLICY],
    { ...WORDS, running: { revision: CANDIDATE, proof: 'Confirmed' } },
    /^they are 9c01d2e4b6a83f2a, and stable is 3f2a9c01d2e4b6a8; it is not asked yet: see what holds it by get web$/,
    'it runs what nobody assigns',
  ],
  [
    POD,
    [POLICY],
    { ...WORDS, running: null, asked: { ...REFUSED, at: 0 } },
    /^the end of its log does not say which they are/,
    'its log is too long',
  ],
  [POD, [POLICY], { ...WORDS, running: null }, /^its sidecar has said nothing of late: see whether it runs/, 'it was never started'],
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

test('what it refused before is told where it is well again', () => {
  const words = { ...WORDS, asked: { attempt: '7.r1', revision: STABLE, at: 0 }, refused: REFUSED };
  const told = podFindings(POD, [POLICY], words).map(({ what }) => what);
  assert.ok(told.includes('it applied what it was asked last; before that it refused 9c01d2e4b6a83f2a: nginx kept its workers'));
  assert.ok(told.includes(`its files are those that it should run: ${STABLE}, which is stable`));
});

test('who says the user of the app by an annotation is believed', () => {
  const annotations = { 'fleetreload.dev/run-as-user': '1000:1000' };
  const pod = { ...withSpec({ securityContext: {}, initContainers: [{ ...SIDECAR, securityContext: { runAsUser: 1000 } }] }) };
  assert.deepEqual(wrongOf({ ...pod, metadata: { ...POD.metadata, annotations } }), []);
});
