import type { Pod } from '../operator/inject/inject.ts';
import { SIDECAR_CONTAINER } from '../operator/kube/pods.ts';
import { type Cluster, openCluster } from '../test/support/cluster.ts';
import { kubectl } from '../test/support/kubectl.ts';
import { installOperator, type Operator } from '../test/support/operator.ts';
import { added, boundMs, type Histogram, histogramIn, meanMs, since } from './histogram.ts';
import { largePod } from './large-pod.ts';
import { median, p99 } from './median.ts';
import type { Findings } from './table.ts';
import { waitUntil } from './wait-until.ts';

const NAMESPACE = 'webhook';
const CREATES = Number(process.env.CREATES ?? 1000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const WARM_UP = 300;
const PROMISED_MS = 10;
const INJECT = { 'fleetreload.dev/inject': 'true' };

type Sized = { readonly name: string; readonly pod: Pod; readonly creates: number };

const APP = { name: 'app-0', image: 'localhost/none:1', volumeMounts: [{ name: 'conf', mountPath: '/etc/app' }] };
const SMALL: Sized = {
  name: 'small',
  creates: CREATES,
  pod: {
    metadata: { labels: { app: 'small' } },
    spec: {
      securityContext: { runAsUser: 101 },
      containers: [APP],
      volumes: [{ name: 'conf', configMap: { name: 'config-0' } }],
    },
  },
};
/** Of some 330 kB, which the API server itself takes its time for. */
const LARGE: Sized = { name: 'large', creates: Math.ceil(CREATES / 10), pod: largePod('large') };

/** What the webhook adds to the creation of a pod, by the API server's own measure and by ours, beside the same pods that do not ask for it. */
export async function webhookBench(): Promise<Findings> {
  const cluster = await openCluster();
  try {
    const operator = await installOperator(cluster);
    await makePolicies(cluster);
    const rounds: Round[] = [];
    for (const sized of [SMALL, LARGE]) {
      await waitUntil(`a ${sized.name} pod is injected`, async () => (await create(cluster, sized.pod, INJECT)).isInjected);
      await inTurn(cluster, sized.pod, Math.min(WARM_UP, sized.creates));
      for (let round = 1; round <= ROUNDS; round++) rounds.push(await measure(cluster, operator, sized));
    }
    return findings(rounds);
  } finally {
    await cluster.kube.remove(`/api/v1/namespaces/${NAMESPACE}`);
    await cluster.close();
  }
}

type Created = { readonly isInjected: boolean; readonly ms: number };
type Round = {
  readonly name: string;
  readonly asking: readonly Created[];
  readonly others: readonly Created[];
  readonly byServer: Histogram;
  readonly byOperator: Histogram;
};

async function measure(cluster: Cluster, operator: Operator, { name, pod, creates }: Sized): Promise<Round> {
  const [serverBefore, operatorBefore] = [await byServer(), await byOperator(operator)];
  const { asking, others } = await inTurn(cluster, pod, creates);
  return {
    name,
    asking,
    others,
    byServer: since(serverBefore, await byServer()),
    byOperator: since(operatorBefore, await byOperator(operator)),
  };
}

/** One of each in turn, so that both find the machine equally busy. */
async function inTurn(cluster: Cluster, pod: Pod, times: number): Promise<Pick<Round, 'asking' | 'others'>> {
  const asking: Created[] = [];
  const others: Created[] = [];
  for (let i = 0; i < times; i++) {
    asking.push(await create(cluster, pod, INJECT));
    others.push(await create(cluster, pod, {}));
  }
  return { asking, others };
}

/** All of it but that it is kept: a dry run goes through admission, and needs no node. */
async function create({ kube }: Cluster, { metadata, spec }: Pod, more: Readonly<Record<string, string>>): Promise<Created> {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'tried-', labels: { ...metadata?.labels, ...more } }, spec };
  const start = performance.now();
  const made = await kube.create<Pod>(`/api/v1/namespaces/${NAMESPACE}/pods`, body, { query: { dryRun: 'All' } });
  const ms = performance.now() - start;
  return { isInjected: made.spec.initContainers?.[0]?.name === SIDECAR_CONTAINER, ms };
}

async function byServer(): Promise<Histogram> {
  const page = await kubectl(['get', '--raw', '/metrics']);
  return histogramIn(page, 'apiserver_admission_webhook_admission_duration_seconds', 'name="inject.fleetreload.dev"');
}

/** Of both replicas: the API server asks any of them. */
async function byOperator({ pods }: Operator): Promise<Histogram> {
  const pages = pods().map(async ({ status }) => await (await fetch(`http://${status?.podIP}:9090/metrics`)).text());
  return added((await Promise.all(pages)).map((page) => histogramIn(page, 'injection_duration_seconds')));
}

function findings(rounds: readonly Round[]): Findings {
  const ms = (value: number) => value.toFixed(1);
  const clock = (created: readonly Created[], of: (values: readonly number[]) => number) => ms(of(created.map((each) => each.ms)));
  return {
    tables: [
      {
        title: 'Injection by the webhook',
        says: `Dry-run creates, one after another, in turn with as many of the same pod that does not ask for the sidecar; a row a round, times in ms. A small pod has one volume, a large one 30 containers, 40 volumes and 3,000 variables (330 kB). By the API server: its histogram of our webhook, which knows bounds only. By the operator: its own histogram, of both replicas. Promised: p99 of ${PROMISED_MS} ms.`,
        columns: [
          'pod',
          'by the API server: count',
          'mean',
          'p50',
          'p99',
          'by the operator: count',
          'mean',
          'p99',
          'creating it: median',
          'p99',
          'without webhook: median',
          'p99',
        ],
        rows: rounds.map(({ name, asking, others, byServer, byOperator }) => [
          name,
          byServer.count,
          ms(meanMs(byServer)),
          boundMs(byServer, 0.5),
          boundMs(byServer, 0.99),
          byOperator.count,
          meanMs(byOperator).toFixed(2),
          boundMs(byOperator, 0.99),
          clock(asking, median),
          clock(asking, p99),
          clock(others, median),
          clock(others, p99),
        ]),
      },
    ],
    broken: rounds.flatMap(({ name, asking, others, byServer }) => [
      ...(asking.every(({ isInjected }) => isInjected) ? [] : [`a ${name} pod that asked for the sidecar came without it`]),
      ...(others.some(({ isInjected }) => isInjected) ? [`a ${name} pod that did not ask for the sidecar has it`] : []),
      ...(byServer.count === asking.length ? [] : [`the webhook was called ${byServer.count} times for ${asking.length} ${name} pods`]),
    ]),
  };
}

async function makePolicies({ kube }: Cluster): Promise<void> {
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=120s']);
  await kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  for (const app of ['small', 'large'])
    await kube.create(`/apis/fleetreload.dev/v1alpha1/namespaces/${NAMESPACE}/reloadpolicies`, {
      apiVersion: 'fleetreload.dev/v1alpha1',
      kind: 'ReloadPolicy',
      metadata: { name: app },
      spec: {
        sources: Array.from({ length: 16 }, (_, i) => ({ configMap: { name: `config-${i}` } })),
        targets: { selector: { matchLabels: { app } } },
        handle: { signal: { container: 'app-0', process: 'nginx' } },
      },
    });
}
