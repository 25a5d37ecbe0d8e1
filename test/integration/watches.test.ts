import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { API_VERSION } from '../../crds/kind.ts';
import type { Kube } from '../../operator/kube/client.ts';
import { pathOf } from '../../operator/kube/paths.ts';
import { openLog } from '../../operator/log.ts';
import { rollingOf } from '../../operator/observe/rolling.ts';
import { ALL_RIGHTS } from '../../operator/rights.ts';
import { openWatches, type Watches } from '../../operator/watches.ts';
import { type Cluster, openCluster } from '../support/cluster.ts';
import { applyDefinitions } from '../support/definitions.ts';
import { until } from '../support/until.ts';

const NAMESPACE = `watches-${process.pid}`;
const OTHER = `${NAMESPACE}-other`;
const NODE = `node-${process.pid}`;
const ZONE = 'topology.kubernetes.io/zone';

let cluster: Cluster;
let kube: Kube;
let watches: Watches;
const touched: string[] = [];
const frozen: string[] = [];
const nothing = () => {};

before(async () => {
  await applyDefinitions();
  cluster = await openCluster();
  ({ kube } = cluster);
  for (const name of [NAMESPACE, OTHER]) await kube.create('/api/v1/namespaces', { metadata: { name } });
  const listener = {
    policyTouched: (key: string) => void touched.push(key),
    policyEdited: nothing,
    policyGone: nothing,
    podUnclaimed: nothing,
    podGone: nothing,
    freezeTurned: (namespace: string) => void frozen.push(namespace),
  };
  const log = openLog('silent', 'watches');
  watches = openWatches({ kube, rights: ALL_RIGHTS, namespace: OTHER, listener, log, signal: cluster.signal });
  await watches.known();
});
after(async () => {
  for (const name of [NAMESPACE, OTHER]) await kube.remove(`/api/v1/namespaces/${name}`);
  await kube.remove(`/api/v1/nodes/${NODE}`);
  await cluster.close();
});

test('a freeze is seen on its Namespace, and seen to be lifted; other annotations are nothing', async () => {
  const annotate = (freeze: string | null, other: string) =>
    kube.patch(`/api/v1/namespaces/${NAMESPACE}`, { metadata: { annotations: { 'fleetreload.dev/freeze': freeze, other } } }, 'merge');
  const told = () => frozen.filter((it) => it === NAMESPACE).length;
  assert.equal(watches.freezes.get(NAMESPACE), null);
  await annotate('black friday', '1');
  await until('it is seen', () => watches.freezes.get(NAMESPACE) === 'black friday');
  assert.equal(told(), 1);
  await annotate('', '2');
  await until('it has another reason', () => watches.freezes.get(NAMESPACE) === 'no reason given');
  await annotate(null, '3');
  await until('it is lifted', () => watches.freezes.get(NAMESPACE) === null);
  await annotate(null, '4');
  await annotate('again', '5');
  await until('it is seen again', () => watches.freezes.get(NAMESPACE) === 'again');
  assert.equal(told(), 4, 'once for each turn');
  assert.equal(watches.freezes.get(OTHER), null);
});

test('a budget has what its controller counts, and touches only the policies of the pods that it covers', async () => {
  for (const app of ['web', 'db']) {
    await makePolicy(app);
    await makePod(app);
  }
  const left = () => watches.budgets.get(`${NAMESPACE}/web`)?.left;
  await until('both have a pod', () => watches.pods.list(NAMESPACE).length === 2);
  await kube.create(BUDGETS, { metadata: { name: 'web' }, spec: { minAvailable: 0, selector: { matchLabels: { app: 'web' } } } });
  await until('none may be disrupted, since none is Ready', () => left() === 0);
  touched.length = 0;
  await setReady('web');
  await until('one may be', () => left() === 1);
  await until('the policy looks at it', () => touched.includes(`${NAMESPACE}/web`));
  await kube.patch(`${BUDGETS}/web`, { spec: { minAvailable: 1 } }, 'merge');
  await until('one must stay', () => left() === 0);
  touched.length = 0;
  await kube.remove(`${BUDGETS}/web`);
  await until('it is gone', () => left() === undefined);
  await until('the policy looks at it', () => touched.includes(`${NAMESPACE}/web`));
  assert.ok(!touched.includes(`${NAMESPACE}/db`), 'the other policy has no pod under it');
});

test("a node's labels are seen, and touch the policies that are spread", async () => {
  await makePolicy('spread', { waves: [{ upTo: '100%', spread: ZONE }] });
  await until('the policies are seen', () => watches.policies.list(NAMESPACE).length === 3);
  await kube.create('/api/v1/nodes', { metadata: { name: NODE, labels: { [ZONE]: 'eu-1' } } });
  await until('it is seen', () => watches.nodes.get(NODE)?.[ZONE] === 'eu-1');
  touched.length = 0;
  await kube.patch(`/api/v1/nodes/${NODE}`, { metadata: { annotations: { other: '1' } } }, 'merge');
  await kube.patch(`/api/v1/nodes/${NODE}`, { metadata: { labels: { [ZONE]: 'eu-2' } } }, 'merge');
  await until('its zone is another one', () => watches.nodes.get(NODE)?.[ZONE] === 'eu-2');
  assert.deepEqual(
    touched.filter((key) => key.startsWith(NAMESPACE)),
    [`${NAMESPACE}/spread`],
    'once, and no other policy',
  );
});

test('a pod is known with its place, its address and who replaces it', async () => {
  const deployments = pathOf({ apiVersion: 'apps/v1', plural: 'deployments' }, { namespace: OTHER });
  const labels = { app: 'api' };
  const template = { metadata: { labels }, spec: { schedulerName: 'nobody', containers: [APP] } };
  await kube.create(deployments, { metadata: { name: 'api' }, spec: { replicas: 1, selector: { matchLabels: labels }, template } });
  await until('its pod is seen', () => watches.pods.list(OTHER).length === 1);
  const [pod] = watches.pods.list(OTHER);
  assert.deepEqual([pod?.owner, pod?.node, pod?.ip], ['Deployment api', null, null]);
  await kube.patch(`${deployments}/api`, { spec: { template: { metadata: { annotations: { restarted: 'now' } } } } }, 'merge');
  await until('a pod of another template is seen', () => watches.pods.list(OTHER).length === 2);
  assert.equal(new Set(watches.pods.list(OTHER).map(({ owner }) => owner)).size, 1);
  assert.equal(new Set(watches.pods.list(OTHER).map(({ templateHash }) => templateHash)).size, 2);
  assert.deepEqual(rollingOf(watches.pods.list(OTHER), Date.now())?.because, 'Deployment api is replacing these pods');
});

const POLICIES = pathOf({ apiVersion: API_VERSION, plural: 'reloadpolicies' }, { namespace: NAMESPACE });
const BUDGETS = pathOf({ apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' }, { namespace: NAMESPACE });
const APP = { name: 'app', image: 'localhost/pause:1' };

async function makePolicy(app: string, spec: object = {}): Promise<void> {
  const targets = { selector: { matchLabels: { app } } };
  const handle = { http: { port: 8080, path: '/reload' } };
  await kube.create(POLICIES, {
    apiVersion: API_VERSION,
    kind: 'ReloadPolicy',
    metadata: { name: app },
    spec: { sources: [{ configMap: { name: app } }], targets, handle, ...spec },
  });
}

/** One that no scheduler takes, so that its status is ours to write. */
async function makePod(app: string): Promise<void> {
  await kube.create(`/api/v1/namespaces/${NAMESPACE}/pods`, {
    metadata: { name: app, labels: { app } },
    spec: { schedulerName: 'nobody', containers: [APP] },
  });
}

async function setReady(pod: string): Promise<void> {
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  await kube.patch(`/api/v1/namespaces/${NAMESPACE}/pods/${pod}/status`, { status }, 'merge');
}
