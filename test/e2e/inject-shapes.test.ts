/** Pods of many shapes on the real node, injected by the real webhook: what their apps read is what they would read without us, before and after an edit. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { shapes } from '../../operator/inject/testing/shapes.ts';
import { type Cluster, openCluster } from '../support/cluster.ts';
import { linesOf, type Pod } from '../support/containers.ts';
import { kubectl } from '../support/kubectl.ts';
import { installOperator } from '../support/operator.ts';
import { podsAreLetIn } from '../support/pods-let-in.ts';
import { asked, readsOnce, runnable, toldIn, twin } from '../support/shape-pods.ts';
import { until } from '../support/until.ts';

/** All shapes at once keep the node busy. */
const BUSY_MS = 60_000;
/** Between two changes of a twin: each costs the kubelet a sync. */
const CHANGE_EVERY_MS = 3_000;

/** A line `path mode[:group] key` for each file that a container reads; of each file the content is its key and the version. */
type Reads = Readonly<Record<string, readonly string[]>>;

/** `operator/inject/golden` has each of them, and why it is there. */
const SHAPES: Readonly<Record<string, { readonly reads: Reads; readonly comes?: Reads; readonly isRestricted?: true }>> = {
  items: {
    isRestricted: true,
    reads: {
      nginx: [
        '/etc/nginx/conf.d/default.conf 440:2000 default.conf',
        '/etc/nginx/conf.d/shared/run.sh 540:2000 run.sh',
        '/etc/nginx/conf.d/shared/types/mime.types 644:2000 mime.types',
      ],
    },
  },
  projected: {
    reads: {
      nginx: [
        '/etc/nginx/conf.d/default.conf 440:101 default.conf',
        '/etc/nginx/conf.d/mime.types 440:101 mime.types',
        '/etc/nginx/conf.d/run.sh 440:101 run.sh',
        '/etc/nginx/conf.d/tls/tls.crt 440:101 tls.crt',
        '/etc/nginx/conf.d/tls/tls.key 440:101 tls.key',
      ],
    },
  },
  'several-containers': {
    reads: { exporter: all('/conf', '644:2000'), nginx: all('/etc/nginx/conf.d', '644:2000'), log: [] },
  },
  'init-container': { reads: { check: all('/etc/nginx/conf.d'), nginx: all('/etc/nginx/conf.d') } },
  'own-native-sidecar': { reads: { proxy: all('/etc/nginx/conf.d'), app: [] } },
  'http-of-root': { reads: { app: all('/etc/app', '400') } },
  'same-name': { reads: { app: ['/etc/conf/app.conf 644 app.conf', '/etc/tls/password 644 password'] } },
  'shown-twice': { reads: { app: [...all('/etc/whole'), '/etc/part/app.conf 644 default.conf'] } },
  'nested-mount': {
    reads: {
      nginx: [...all('/etc/nginx/conf.d'), '/etc/nginx/conf.d/tls/tls.crt 644 tls.crt', '/etc/nginx/conf.d/tls/tls.key 644 tls.key'],
    },
  },
  absent: { reads: { app: all('/etc/app') }, comes: { app: ['/etc/extra/key 644 key'] } },
  'file-watch': { reads: { app: all('/etc/app') } },
  job: { reads: { app: all('/etc/app') } },
};

/** Of ConfigMap web-config. */
function all(folder: string, mode = '644'): readonly string[] {
  return ['default.conf', 'mime.types', 'run.sh'].map((key) => `${folder}/${key} ${mode} ${key}`);
}

let cluster: Cluster;
before(async () => {
  cluster = await openCluster();
  await installOperator(cluster);
});
after(async () => {
  await kubectl(['delete', 'namespace', ...Object.keys(SHAPES).map(namespaceOf), '--ignore-not-found', '--wait=false']);
  await cluster.close();
});

const GOLDEN = shapes().filter(({ name }) => name in SHAPES);

describe('an app reads what it would read without us, before and after an edit', { concurrency: GOLDEN.length }, () => {
  for (const shape of GOLDEN)
    test(`${shape.name}: ${shape.why}`, async () => {
      const { reads = {}, comes = {}, isRestricted = false } = SHAPES[shape.name] ?? {};
      const namespace = namespaceOf(shape.name);
      const pod = runnable(shape);
      await makeNamespace(namespace, isRestricted);
      await edit(namespace, 'v1');
      await adopt(namespace, shape.policy.spec);
      const pair = await makePair(namespace, shape.name, pod);

      for (const [container, lines] of Object.entries(reads)) await bothShow(pair, 'v1', container, lines);
      if (readsOnce(pod, 'app')) return await bothEnd(pair);
      await edit(namespace, 'v2');
      for (const [container, lines] of Object.entries(reads))
        if (!readsOnce(pod, container)) await bothShow(pair, 'v2', container, [...lines, ...(comes[container] ?? [])]);
      const told = toldIn(shape);
      if (told !== null) await until(`${told} of ${shape.name} is told`, () => linesOf(pair.ours, told).includes('told'), BUSY_MS);
    });
});

/** Ours, and its twin, which is nobody's member: the kubelet fills its volumes. */
type Pair = { readonly ours: Pod; readonly kubelets: Pod };

async function makePair(namespace: string, name: string, pod: ReturnType<typeof runnable>): Promise<Pair> {
  const make = (body: object, query = {}) => cluster.kube.create<Pod>(`/api/v1/namespaces/${namespace}/pods`, body, { query });
  const asking = asked(pod, name);
  await until(`pods of ${namespace} are injected`, async () => hasSidecar(await make(asking, { dryRun: 'All' })), BUSY_MS);
  const pair = { ours: await make(asking), kubelets: await make(twin(pod, `${name}-twin`)) };
  assert.deepEqual([hasSidecar(pair.ours), hasSidecar(pair.kubelets)], [true, false]);
  return pair;
}

/** And so the same. The kubelet looks at once at a pod that was changed, and at others every minute. */
async function bothShow({ ours, kubelets }: Pair, version: string, container: string, lines: readonly string[]): Promise<void> {
  const expected = lines.map((line) => `${line} of ${version}`).toSorted();
  const shown = () => ({ ours: seenBy(ours, container), kubelets: seenBy(kubelets, container) });
  const areShown = () => isDeepStrictEqual(shown(), { ours: expected, kubelets: expected });
  let changeAt = 0;
  const look = async () => {
    if (areShown()) return true;
    // Changed before it has started, it would be put off.
    if (shown().kubelets !== null && performance.now() >= changeAt) {
      changeAt = performance.now() + CHANGE_EVERY_MS;
      await cluster.kube.patch(pathOf(kubelets), { metadata: { annotations: { look: randomUUID() } } }, 'merge');
    }
    await sleep(500);
    return areShown();
  };
  await until(`both show ${version}`, look, 120_000).catch(() => undefined);
  assert.deepEqual(shown(), { ours: expected, kubelets: expected }, `${container} in ${version}`);
}

async function bothEnd({ ours, kubelets }: Pair): Promise<void> {
  for (const pod of [ours, kubelets])
    await until(
      `${pod.metadata.name} has ended`,
      async () => {
        const { status } = (await cluster.kube.get<{ readonly status?: { readonly phase?: string } }>(pathOf(pod))) ?? {};
        return status?.phase === 'Succeeded';
      },
      BUSY_MS,
    );
}

function pathOf({ metadata: { namespace, name } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

function namespaceOf(shape: string): string {
  return `e2e-shape-${shape}`;
}

async function makeNamespace(namespace: string, isRestricted: boolean): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
  const labels = { 'pod-security.kubernetes.io/enforce': isRestricted ? 'restricted' : 'privileged' };
  await cluster.kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  await podsAreLetIn(namespace);
}

/** What the shapes show. The Secret web-extra comes with the edit. */
async function edit(namespace: string, version: string): Promise<void> {
  const data = (...keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, `${key} of ${version}`]));
  const configMap = (name: string, ...keys: readonly string[]) => ({ kind: 'ConfigMap', metadata: { name }, data: data(...keys) });
  const secret = (name: string, ...keys: readonly string[]) => ({ kind: 'Secret', metadata: { name }, stringData: data(...keys) });
  const items = [
    configMap('web-config', 'default.conf', 'mime.types', 'run.sh'),
    secret('web-tls', 'tls.crt', 'tls.key'),
    configMap('web', 'app.conf'),
    secret('web', 'password'),
    ...(version === 'v1' ? [] : [secret('web-extra', 'key')]),
  ].map((item) => ({ apiVersion: 'v1', ...item }));
  await kubectl(['apply', '-n', namespace, '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

async function adopt(namespace: string, spec: ReloadPolicy['spec']): Promise<void> {
  const policies = `/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloadpolicies`;
  await cluster.kube.create(policies, { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata: { name: 'web' }, spec });
  const isAdopted = async () => (await cluster.kube.get<ReloadPolicy>(`${policies}/web`))?.status?.stableRevision !== undefined;
  await until(`the sources of ${namespace} are adopted`, isAdopted, BUSY_MS);
}

function hasSidecar(pod: object): boolean {
  const { spec } = pod as { readonly spec: { readonly initContainers?: readonly { readonly name: string }[] } };
  return (spec.initContainers ?? []).some(({ name }) => name === 'fleet-reload');
}

/** What the container said last that it saw. */
function seenBy(pod: Pod, container: string): readonly string[] | null {
  const line = linesOf(pod, container).findLast((each) => each.startsWith('saw '));
  return line === undefined ? null : (JSON.parse(line.slice(4)) as string[]);
}
