/** An operator of some namespaces: what it does there, that it does nothing elsewhere, and what it says of that which it has no right to. */

import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { pidOf, restartsOf } from '../support/containers.ts';
import { each, makeAnew, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { applyOperator, followOperator, helm, SYSTEM } from '../support/operator.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const [HERE, BESIDE, ELSEWHERE] = ['modes-here', 'modes-beside', 'modes-elsewhere'];
const HERE_AND_BESIDE = [`namespaces={${HERE},${BESIDE}}`, 'secrets.enabled=true', `secrets.namespaces={${HERE}}`];

const waves = [
  { upTo: 1, bake: '1s' },
  { upTo: '100%', bake: '0s' },
];
const story = storiesOf(
  (cluster, operator) => openFleet(HERE, nginxFleet({ replicas: 2, waves, maxUnavailable: 1 }), cluster, operator, { isThere: true }),
  async (cluster) => {
    await Promise.all([HERE, BESIDE, ELSEWHERE].map(makeAnew));
    await applyOperator(HERE_AND_BESIDE);
    // Before the fleet, so that it could have been seen all along.
    await apply(ELSEWHERE, policyOf('web', [{ configMap: { name: 'config' } }]), CONFIG);
    return await followOperator(cluster);
  },
);

after(async () => {
  // The tests that follow have the cluster to themselves.
  await helm('uninstall', '--ignore-not-found', '--wait');
  await kubectl(['delete', 'namespace', SYSTEM, HERE, BESIDE, ELSEWHERE, '--ignore-not-found', '--timeout=120s']);
});

story('a rollout in a named namespace succeeds, and each app is told once', async (fleet) => {
  const old = fleet.told();
  assert.equal((await fleet.rollOut(page('v2'))).status?.outcome, 'Succeeded');
  await fleet.serves('v2');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story('a policy elsewhere is left alone: the operator has no right to anything there, and writes nothing', async () => {
  assert.equal((await policy(ELSEWHERE, 'web')).status?.phase, undefined);
  assert.equal(await kubectl(['get', 'reloads', '-n', ELSEWHERE, '-o', 'name']), '');
  assert.deepEqual(
    (await kubectl(['get', 'configmaps', '-n', ELSEWHERE, '-o', 'name'])).trim().split('\n').toSorted(),
    ['configmap/config', 'configmap/kube-root-ca.crt'],
    'no CA, no kept revision, no stable',
  );
  const mayThere = (verb: string, resource: string) =>
    kubectl(['auth', 'can-i', verb, resource, '-n', ELSEWHERE, '--as', ACCOUNT]).catch((error: Error) => error.message);
  for (const [verb, resource] of RIGHTS_OF_DATA) assert.doesNotMatch(await mayThere(verb, resource), /^yes/, `${verb} ${resource}`);
});

story('the webhook is asked in named namespaces only', async () => {
  assert.deepEqual(await containersOf(HERE), ['fleet-reload']);
  assert.deepEqual(await containersOf(ELSEWHERE), []);
});

story('a freeze of a named namespace is seen, and its end', async (fleet) => {
  await kubectl(['annotate', 'namespace', HERE, 'fleetreload.dev/freeze=black friday']);
  await fleet.edit(page('v3'));
  await fleet.until(
    'it is frozen',
    ({ phase, because }) => phase === 'Paused' && /the namespace modes-here is frozen: black friday/.test(because ?? ''),
  );
  const rollout = fleet.status().rollout ?? 0;
  await kubectl(['annotate', 'namespace', HERE, 'fleetreload.dev/freeze-']);
  await fleet.until(
    'v3 is stable',
    (status) => (status.rollout ?? 0) >= rollout && status.outcome === 'Succeeded' && status.phase === 'Healthy',
  );
  await fleet.serves('v3');
});

story('a freeze of the operator’s own namespace is one of them all', async (fleet) => {
  await kubectl(['annotate', 'namespace', SYSTEM, 'fleetreload.dev/freeze=at once']);
  await fleet.edit(page('v4'));
  await fleet.until('it is frozen', ({ because }) => /the cluster is frozen: at once/.test(because ?? ''));
  await kubectl(['annotate', 'namespace', SYSTEM, 'fleetreload.dev/freeze-']);
  await fleet.until(
    'v4 is stable',
    ({ phase, outcome, because }) => phase === 'Healthy' && outcome === 'Succeeded' && !/frozen/.test(because ?? ''),
  );
  await fleet.serves('v4');
});

story('a policy names a Secret: where that is opted in it is taken up, elsewhere it waits and says what to grant', async () => {
  const tls = policyOf('tls', [{ secret: { name: 'tls' } }]);
  for (const namespace of [HERE, BESIDE]) await apply(namespace, tls, SECRET);
  await until('it is taken up', async () => (await policy(HERE, 'tls')).status?.stableRevision !== undefined);
  await until('it waits', async () => (await policy(BESIDE, 'tls')).status?.phase === 'Paused');
  assert.match(
    (await policy(BESIDE, 'tls')).status?.because ?? '',
    /^the operator has no right to Secrets in modes-beside, such as the source tls: grant it by the chart's value secrets/,
  );
  assert.equal((await kubectl(['get', 'secrets', '-n', BESIDE, '-o', 'name'])).trim(), 'secret/tls', 'nothing is kept');
});

story('a policy whose waves are spread over a label of Nodes says that they may not be read', async () => {
  await apply(
    BESIDE,
    policyOf('zones', [{ configMap: { name: 'config' } }], [{ upTo: '100%', spread: 'topology.kubernetes.io/zone' }]),
    CONFIG,
  );
  await until('it waits', async () => (await policy(BESIDE, 'zones')).status?.phase === 'Paused');
  assert.match((await policy(BESIDE, 'zones')).status?.because ?? '', /no right to Nodes.*topology\.kubernetes\.io\/zone/);
});

story('a namespace whose people take the Role away holds up no other, and is taken up when it is granted again', async (fleet) => {
  const { operator } = fleet;
  await kubectl(['delete', 'rolebinding', '-n', BESIDE, 'fleet-reload-policies']);
  for (const pod of operator.pods()) process.kill(pidOf(pod, 'operator'), 'SIGKILL');
  await until('both start anew', () => operator.pods().every((pod) => restartsOf(pod, 'operator') > 0), 60_000);
  await operator.settle();
  await fleet.whole(2);
  await apply(BESIDE, policyOf('late', [{ configMap: { name: 'config' } }]));
  assert.equal((await fleet.rollOut(page('v5'))).status?.outcome, 'Succeeded');
  assert.equal((await policy(BESIDE, 'late')).status?.phase, undefined);
  await applyOperator(HERE_AND_BESIDE);
  await until('it is taken up', async () => (await policy(BESIDE, 'late')).status?.phase === 'Healthy', 60_000);
});

const ACCOUNT = `system:serviceaccount:${SYSTEM}:fleet-reload`;
const RIGHTS_OF_DATA = [
  ['list', 'reloadpolicies.fleetreload.dev'],
  ['create', 'reloads.fleetreload.dev'],
  ['list', 'pods'],
  ['get', 'configmaps'],
  ['create', 'configmaps'],
  ['get', 'secrets'],
  ['create', 'events'],
  ['list', 'nodes'],
] as const;

const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' }, data: { a: '1' } };
const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls' }, stringData: { a: '1' } };

/** Of pods that are not there. */
function policyOf(name: string, sources: readonly object[], itsWaves: readonly object[] = [{ upTo: '100%' }]): object {
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name },
    spec: { sources, targets: { selector: { matchLabels: { app: name } } }, handle: { http: { port: 8080, path: '/' } }, waves: itsWaves },
  };
}

async function apply(namespace: string, ...objects: readonly object[]): Promise<void> {
  await kubectl(['apply', '-n', namespace, '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
}

async function policy(namespace: string, name: string): Promise<ReloadPolicy> {
  return JSON.parse(await kubectl(['get', 'reloadpolicy', name, '-n', namespace, '-o', 'json'])) as ReloadPolicy;
}

/** The init containers that a pod would have which asks for injection and is one of the policy `web`. */
async function containersOf(namespace: string): Promise<readonly string[]> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'asked', labels: { app: 'web', 'fleetreload.dev/inject': 'true' } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'nginx',
          image: 'localhost/nginx:1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'config', mountPath: '/etc/nginx/conf.d' }],
        },
      ],
      volumes: [{ name: 'config', configMap: { name: namespace === HERE ? 'web-config' : 'config' } }],
    },
  };
  const made = JSON.parse(
    await kubectl(['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(pod)),
  ) as Made;
  return (made.spec.initContainers ?? []).map(({ name }) => name);
}

type Made = { readonly spec: { readonly initContainers?: readonly { readonly name: string }[] } };
