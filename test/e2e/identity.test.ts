/**
 * The installed operator and pods of two namespaces, whose policies and sources have the same names: a ConfigMap `web` and a Secret `api` in each.
 * The pods are never scheduled: the test has their tokens, and asks as their sidecars for what is theirs and what is not.
 */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { aHello, aSidecar, type Closed } from '../../operator/link/testing/a-link.ts';
import { type Assign, contentOf, type FromOperator, type Hello, LINK_PATH, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import { type BoundPod, makeNamespace, tokenOfPod } from '../support/bound-tokens.ts';
import { CANARY } from '../support/canary.ts';
import { type Cluster, openCluster } from '../support/cluster.ts';
import { kubectl } from '../support/kubectl.ts';
import { installOperator, type Operator, SYSTEM } from '../support/operator.ts';
import { keepWords } from '../support/said.ts';
import { until } from '../support/until.ts';

const NAMESPACES = ['e2e-identity-a', 'e2e-identity-b'];
const POLICIES = { web: 'configmaps/web', api: 'secrets/api' } as const;
type Policy = keyof typeof POLICIES;
type Sidecar = ReturnType<typeof aSidecar>;
type Member = { readonly pod: BoundPod; readonly policy: Policy; readonly token: string; readonly ca: string };
/** A pass over the policy and a busy machine, many times over. */
const ANSWER_MS = 30_000;
/** What each policy's source says, by NAMESPACE/POLICY. */
type Texts = ReadonlyMap<string, string>;
/** By the digest of what a source has ever said: NAMESPACE/POLICY. */
const WHOSE = new Map<string, string>();

let cluster: Cluster;
let operator: Operator;
/** Last made, first undone; what was not made is not. */
const made = new AsyncDisposableStack();
before(async () => {
  cluster = await openCluster();
  made.defer(() => cluster.close());
  made.defer(async () => void (await kubectl(['delete', 'namespace', ...NAMESPACES, '--ignore-not-found', '--wait=false'])));
  operator = await installOperator(cluster);
  await kubectl(['delete', 'namespace', ...NAMESPACES, '--ignore-not-found', '--timeout=120s']);
  for (const namespace of NAMESPACES) {
    await makeNamespace(cluster.kube, namespace);
    made.defer(() => keepWords(namespace, operator));
  }
});
after(() => made.disposeAsync());

test('of every policy the stable revision and the candidate are for its own pods alone, whatever others want', async () => {
  const v1 = await edit();
  for (const namespace of NAMESPACES) {
    await apply(namespace, ...names(POLICIES).map(policyOf));
    await kubectl(['wait', '-n', namespace, '--for=condition=Ready', '--timeout=60s', 'reloadpolicy/web', 'reloadpolicy/api']);
  }
  const members = await Promise.all(NAMESPACES.flatMap((namespace) => names(POLICIES).map((policy) => aMember(namespace, policy))));
  for (const member of members) await getsItsOwnAlone(member, v1, { booted: false });

  const v2 = await edit();
  for (const member of members) {
    const running = { content: contentOf([fileOf(member, v1)]), revision: null, proof: 'Booted', agoMs: 0 } as const;
    await getsItsOwnAlone(member, v2, { running });
  }
});

/** It wants the file of every policy, on a stream each. */
async function getsItsOwnAlone(member: Member, texts: Texts, hello: Partial<Hello>): Promise<void> {
  const refusals = await refused();
  for (const wanted of names(POLICIES)) {
    const sidecar = connected(member);
    await sidecar.opened;
    sidecar.say(aHello(hello));
    const own = fileOf(member, texts);
    const { epoch } = await inTime('it has its assignment', assignmentOf(own, sidecar));
    sidecar.say({ type: 'want', epoch, files: [{ source: POLICIES[wanted], key: 'conf' }] });
    const answer = await inTime('its want is answered', Promise.race([sidecar.next(), sidecar.closed]));
    if (wanted === member.policy) assert.equal((answer as Buffer).toString(), own.text);
    else assert.deepEqual(answer, { code: 1008, says: 'wanted a file that is not in its assignment' });
    sidecar.stream.close();
    await sidecar.closed;
    assert.deepEqual(
      sidecar.unread.filter((frame) => Buffer.isBuffer(frame)),
      [],
    );
  }
  await until('the operator has counted it', async () => (await refused()) === refusals + names(POLICIES).length - 1);
}

/** The first of that content; before it may come the CA to trust, and what was assigned before the edit: never what is another's. */
async function assignmentOf({ whose, sha256 }: { whose: string; sha256: string }, { next, closed }: Sidecar): Promise<Assign> {
  for (;;) {
    const frame = (await Promise.race([next(), closed])) as FromOperator | Closed;
    if ('code' in frame) throw new Error(`its stream ended with ${frame.code}: ${frame.says}`);
    if (frame.type !== 'assign') continue;
    assert.deepEqual(
      frame.files.map((file) => WHOSE.get(file.sha256)),
      [whose],
    );
    if (frame.files[0]?.sha256 === sha256) return frame;
  }
}

async function inTime<T>(what: string, comes: Promise<T>): Promise<T> {
  const late = sleep(ANSWER_MS, null, { ref: false }).then(() => Promise.reject(new Error(`waited ${ANSWER_MS} ms in vain until ${what}`)));
  return await Promise.race([comes, late]);
}

async function refused(): Promise<number> {
  return Number(/^link_ended_total\{reason="not_its_file"\} (\d+)$/m.exec(await operator.metrics())?.[1] ?? 0);
}

/** Other content in every source. */
async function edit(): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const namespace of NAMESPACES) {
    const [web, api] = [randomBytes(16).toString('hex'), `${CANARY} ${randomBytes(16).toString('hex')}`];
    await apply(
      namespace,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { conf: web } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'api' }, stringData: { conf: api } },
    );
    texts.set(`${namespace}/web`, web).set(`${namespace}/api`, api);
    WHOSE.set(digestOf(web), `${namespace}/web`).set(digestOf(api), `${namespace}/api`);
  }
  return texts;
}

function policyOf(policy: Policy): object {
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: policy },
    spec: {
      sources: [{ [policy === 'web' ? 'configMap' : 'secret']: { name: policy } }],
      targets: { selector: { matchLabels: { app: policy } } },
      // Nobody answers for long: who is asked is waited for until the test is over.
      handle: { http: { port: 8080, path: '/' }, timeout: '10m' },
      waves: [{ upTo: '100%', bake: '0s' }],
    },
  };
}

/** Ready, as far as the API server knows. */
async function aMember(namespace: string, policy: Policy): Promise<Member> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const app = { name: 'app', image: 'localhost/pause:1' };
  const { metadata } = await cluster.kube.create<{ readonly metadata: { readonly name: string; readonly uid: string } }>(path, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${policy}-`, labels: { app: policy } },
    spec: {
      nodeSelector: { 'fleetreload.dev/no-such-node': '' },
      initContainers: [{ ...app, name: 'fleet-reload', restartPolicy: 'Always' }],
      containers: [app],
    },
  });
  const state = { running: { startedAt: `${new Date().toISOString().slice(0, 19)}Z` } };
  const status = { ...app, imageID: '', containerID: `containerd://${metadata.uid}`, ready: true, restartCount: 0, state };
  const conditions = [{ type: 'Ready', status: 'True' }];
  await cluster.kube.patch(
    `${path}/${metadata.name}/status`,
    { status: { phase: 'Running', conditions, containerStatuses: [status] } },
    'merge',
  );
  const pod = { namespace, ...metadata };
  const config = await cluster.kube.get<{ readonly data: Readonly<Record<string, string>> }>(
    `/api/v1/namespaces/${namespace}/configmaps/fleetreload-ca`,
  );
  return { pod, policy, token: await tokenOfPod(cluster.kube, pod), ca: config?.data['ca.crt'] ?? '' };
}

function connected({ token, ca }: Member) {
  const url = `wss://${operator.leader().status?.podIP}:8443${LINK_PATH}`;
  const tls = { handshakeTimeout: ANSWER_MS, ca, servername: `fleet-reload.${SYSTEM}.svc` };
  const stream = new WebSocket(url, SUBPROTOCOL, { ...tls, headers: { authorization: `Bearer ${token}` } });
  made.defer(async () => stream.terminate());
  return aSidecar(stream);
}

function fileOf({ pod, policy }: Member, texts: Texts) {
  const whose = `${pod.namespace}/${policy}`;
  const text = texts.get(whose) ?? '';
  return { whose, source: POLICIES[policy], key: 'conf', sha256: digestOf(text), text };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function apply(namespace: string, ...objects: readonly object[]): Promise<string> {
  return kubectl(['apply', '-n', namespace, '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}

function names<K extends string>(of: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(of) as K[];
}
