/**
 * Every pod against every revision, with pods' own tokens: made by the real API server and reviewed by it. Two namespaces have policies and sources of
 * the same names, so that nothing but the token tells their pods apart.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type ClientOptions, WebSocket } from 'ws';
import { connect, type Kube } from '../../operator/kube/client.ts';
import { keepAuthority } from '../../operator/link/authority.ts';
import { issue } from '../../operator/link/certificates.ts';
import { type Link, openLink, tokenReview } from '../../operator/link/link.ts';
import { aHello, aSidecar, refusal } from '../../operator/link/testing/a-link.ts';
import { turnedClock } from '../../operator/link/testing/turned-clock.ts';
import { openMetrics } from '../../operator/metrics.ts';
import { LINK_PATH, type SourcePath, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import { anAssignment } from '../../sidecar/test/operator-double.ts';
import { type BoundPod, makeNamespace, makePod, removePod, resigned, tokenOf, tokenOfPod } from '../support/bound-tokens.ts';

const HERE = '127.0.0.1';
const ELSEWHERE = '127.0.0.2';
const POLICIES = ['web', 'api'] as const;
const namespaces = ['a', 'b'].map((name) => `identity-${name}-${randomBytes(4).toString('hex')}`) as [string, string];
const metrics = openMetrics();
const clock = turnedClock(Date.now());
const pods = new Map<string, BoundPod & { readonly managed: boolean; readonly ip: string }>();
let kube: Kube;
let ca: string;
let link: Link;

before(async () => {
  kube = await connect({ version: 'test' });
  for (const name of namespaces) await makeNamespace(kube, name);
  const { authority } = await keepAuthority(kube, namespaces[0], clock.now());
  ca = authority.cert;
  const quiet = () => {};
  link = await openLink({
    host: '0.0.0.0',
    port: 0,
    serving: await issue(authority, ['link.test'], clock.now()),
    review: tokenReview(kube),
    podOf: (uid) => pods.get(uid),
    onChange: quiet,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    counters: metrics.counters,
    clock,
  });
  link.lead(1);
});

after(async () => {
  await link?.close();
  for (const name of namespaces) await kube?.remove(`/api/v1/namespaces/${name}`);
  await kube?.close();
});

test('of all revisions of all policies each pod gets the one that it is assigned, whatever it wants', async () => {
  const revisions = namespaces.flatMap((namespace) =>
    POLICIES.flatMap((policy) => ['r1', 'r2'].map((name) => aRevision(namespace, policy, name))),
  );
  const members = await Promise.all(
    namespaces.flatMap((namespace) => POLICIES.map(async (policy) => ({ policy, ...(await aMember(namespace, policy)) }))),
  );
  for (const { pod, token, policy } of members) {
    const heard: string[] = [];
    const own = revisions.filter((it) => it.namespace === pod.namespace && it.policy === policy);
    for (const assigned of own) {
      link.assign(pod.uid, assigned.assignment, () => Buffer.from(assigned.text));
      for (const wanted of revisions) {
        clock.turn(1_000);
        const sidecar = aSidecar(dial(token));
        await sidecar.opened;
        sidecar.say(aHello());
        const assign = await sidecar.assigned();
        const refusals = await counted('link_ended_total', 'not_its_file');
        sidecar.say({ type: 'want', epoch: assign.epoch, files: wanted.files });
        // A want names a file and no bytes: of its own policy, or of one of that name elsewhere, it gets what it was assigned.
        const answer = await Promise.race([sidecar.next(), sidecar.closed]);
        if (wanted.policy === policy) heard.push((answer as Buffer).toString());
        else {
          assert.deepEqual(answer, { code: 1008, says: 'wanted a file that is not in its assignment' });
          assert.equal(await counted('link_ended_total', 'not_its_file'), refusals + 1);
        }
        assert.equal(assign.content, assigned.assignment.content);
        sidecar.stream.close();
        await sidecar.closed;
        assert.deepEqual(sidecar.unread, []);
      }
    }
    const each = namespaces.length * 2;
    assert.deepEqual(
      heard,
      own.flatMap(({ text }) => Array.from({ length: each }, () => text)),
      `${policy} of ${pod.namespace}`,
    );
  }
});

/** What is wrong with a token that a pod shows, made of its own; how that is answered, and counted. */
const REFUSED: readonly (readonly [what: string, token: (its: Member) => Promise<string> | string, answer: RegExp, reason: string])[] = [
  ['has expired', ({ token }) => resigned(token, (claims) => ({ ...claims, ...over(61) })), /^401 the token is not valid/, 'invalid_token'],
  ['is for another audience', ({ pod }) => tokenOfPod(kube, pod, 'other.dev'), /^401 the token is not valid/, 'invalid_token'],
  ['is for the API server', ({ pod }) => tokenOfPod(kube, pod, 'https://kubernetes.default.svc'), /^401 the token/, 'invalid_token'],
  ['says to be for us as well, unsigned', ({ token }) => unsigned(token), /^401 the token is not valid/, 'invalid_token'],
  ['claims the uid of another pod', async ({ token }) => claiming(token, (await aMember()).pod.uid), /^401 the token/, 'invalid_token'],
  ['is bound to nothing', ({ pod }) => tokenOf(kube, pod.namespace, null), /^403 the token is not bound to a pod/, 'not_a_pod'],
  ['is bound to a Secret', ({ pod }) => boundToSecret(pod.namespace), /^403 the token is not bound to a pod/, 'not_a_pod'],
  ['is bound to a node', ({ pod }) => boundToNode(pod.namespace), /^403 the token is not bound to a pod/, 'not_a_pod'],
  ['is of a pod that was deleted', ({ pod, token }) => removePod(kube, pod).then(() => token), /^401 the token/, 'invalid_token'],
  [
    'is of a pod that we do not see',
    ({ pod, token }) => (pods.delete(pod.uid), token),
    /^503 the pod is not known here yet/,
    'unknown_pod',
  ],
  ['is of 64 KiB', () => 'x'.repeat(64 * 1024), /^401 no bearer token, or one that is too long/, 'no_token'],
  ['is not there', () => '', /^401 no bearer token/, 'no_token'],
];
for (const [what, make, answer, reason] of REFUSED)
  test(`a token that ${what} is refused, and counted as ${reason}`, async () => {
    const token = await make(await aMember());
    const before = await counted('link_refused_total', reason);
    assert.match(await refusal(dial(token)), answer);
    assert.equal(await counted('link_refused_total', reason), before + 1);
  });

test('a token that is replayed from elsewhere while its pod is connected is refused and counted, and the pod keeps its stream', async () => {
  const { token } = await aMember();
  const sidecar = aSidecar(dial(token));
  await sidecar.opened;
  const before = await counted('link_refused_total', 'replayed');
  assert.match(await refusal(dial(token, { localAddress: ELSEWHERE })), /^403 the pod has a stream from another address/);
  assert.equal(await counted('link_refused_total', 'replayed'), before + 1);
  assert.equal(sidecar.stream.readyState, sidecar.stream.OPEN);
});

test('the token of a pod whose name another one has now is refused, and opens nothing of that', async () => {
  const { pod, token } = await aMember();
  await removePod(kube, pod);
  const next = await makePod(kube, pod.namespace, pod.name);
  pods.delete(pod.uid);
  pods.set(next.uid, { ...next, managed: true, ip: HERE });
  assert.match(await refusal(dial(token)), /^401 /);
  assert.equal(link.report(next.uid), undefined);
});

type Member = { readonly pod: BoundPod; readonly token: string };

async function aMember(namespace = namespaces[0], policy = 'web'): Promise<Member> {
  const pod = await makePod(kube, namespace, `${policy}-${randomBytes(3).toString('hex')}`);
  pods.set(pod.uid, { ...pod, managed: true, ip: HERE });
  return { pod, token: await tokenOfPod(kube, pod) };
}

/** Of one source that has the policy's name, in each namespace. */
function aRevision(namespace: string, policy: string, name: string) {
  const text = `${namespace} ${policy} ${name} ${randomBytes(8).toString('hex')}`;
  const source: SourcePath = `configmaps/${policy}`;
  const {
    type: _,
    epoch: __,
    ...assignment
  } = anAssignment({ [source]: { conf: text } }, { revision: name, attempt: `${name.slice(1)}.1` });
  return { namespace, policy, text, assignment, files: [{ source, key: 'conf' }] };
}

function dial(token: string, more: ClientOptions = {}): WebSocket {
  const tls = { ca, servername: 'link.test' };
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  return new WebSocket(`wss://${HERE}:${link.port}${LINK_PATH}`, SUBPROTOCOL, { ...tls, localAddress: HERE, headers, ...more });
}

/** What the operator's /metrics say of it. */
async function counted(metric: string, reason: string): Promise<number> {
  return Number(new RegExp(`^${metric}\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(await metrics.text())?.[1] ?? 0);
}

/** For so many seconds; the API server allows for a minute of difference between clocks. */
function over(seconds: number): object {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now - 3600, nbf: now - 3600, exp: now - seconds };
}

function claiming(token: string, uid: string): string {
  return resigned(token, (claims) => {
    const { pod, ...kubernetes } = claims['kubernetes.io'] as { readonly pod: object };
    return { ...claims, 'kubernetes.io': { ...kubernetes, pod: { ...pod, uid } } };
  });
}

function unsigned(token: string): string {
  const [, body = ''] = token.split('.');
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
}

async function boundToSecret(namespace: string): Promise<string> {
  const { metadata } = await kube.create<{ readonly metadata: { readonly name: string; readonly uid: string } }>(
    `/api/v1/namespaces/${namespace}/secrets`,
    { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'bound-' } },
  );
  return tokenOf(kube, namespace, { kind: 'Secret', name: metadata.name, uid: metadata.uid });
}

async function boundToNode(namespace: string): Promise<string> {
  const { items } = await kube.list<{ readonly metadata: { readonly name: string; readonly uid: string } }>('/api/v1/nodes');
  const [node] = items;
  assert.ok(node);
  return tokenOf(kube, namespace, { kind: 'Node', name: node.metadata.name, uid: node.metadata.uid });
}
