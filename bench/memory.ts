import { setTimeout as sleep } from 'node:timers/promises';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Kube } from '../operator/kube/client.ts';
import { type Cluster, openCluster } from '../test/support/cluster.ts';
import { each, makeNamespace, makePod, unlessThere } from './made-up-pods.ts';
import { median } from './median.ts';
import { nodeFlags, startOperator } from './operator.ts';
import { cpuMsOf, memoryOf, untilIdle } from './process.ts';
import type { Findings } from './table.ts';
import { waitUntil } from './wait-until.ts';

const NAMESPACES = 100;
const POLICIES_EACH = 10;
const PODS = 10_000;
/** The pods are those of every fourth policy, 40 a policy. */
const WITH_PODS = 4;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IDLE_MS = 30_000;
const PROMISED_MB = 150;

type Place = { readonly namespace: string; readonly name: string };

/** The operator's memory and idle CPU beside a large cluster of made-up pods. Their sidecars are not connected: each stream over TLS comes on top. */
export async function memoryBench(): Promise<Findings> {
  const cluster = await openCluster();
  try {
    const places = await fill(cluster.kube);
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round++) rounds.push(await measure(cluster, places, round));
    return findings(rounds);
  } finally {
    await cluster.close();
  }
}

type Round = {
  readonly syncMs: number;
  /** All lists are whole, each policy was passed over, and nothing happens. */
  readonly syncedMb: number;
  readonly idleCpuMs: number;
  readonly editsMs: number;
  /** A while after the edits of all sources. */
  readonly editedMb: number;
  readonly peakMb: number;
};

async function measure({ kube, follow }: Cluster, places: readonly Place[], round: number): Promise<Round> {
  const operator = await startOperator(kube);
  const { pid, syncMs } = operator;
  try {
    const policies = await follow<ReloadPolicy>('/apis/fleetreload.dev/v1alpha1/reloadpolicies');
    const ours = () => policies.list().filter(({ metadata }) => metadata.namespace?.startsWith('memory-'));
    // A policy with members is adopted when they had their time to report.
    await waitUntil('all sources are adopted', () => ours().every(({ status }) => status?.stableRevision !== undefined));
    await untilIdle(pid);
    const syncedMb = memoryOf(pid).rssMb;
    const before = cpuMsOf(pid);
    await sleep(IDLE_MS);
    const idleCpuMs = cpuMsOf(pid) - before;

    const start = performance.now();
    const versions = new Map<string, string>();
    await each(places, async ({ namespace, name }) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
      const { metadata } = await kube.patch<Edited>(path, { data: { app: contentOf(name, `edit ${round} at ${Date.now()}`) } }, 'merge');
      versions.set(`${namespace}/${name}`, metadata.resourceVersion);
    });
    const isSeen = ({ metadata: { namespace, name }, status }: ReloadPolicy) =>
      status?.observedSources?.[0]?.resourceVersion === versions.get(`${namespace}/${name}`);
    await waitUntil('all edits are seen', () => ours().every(isSeen));
    const editsMs = performance.now() - start;
    await untilIdle(pid);
    const { rssMb: editedMb, peakMb } = memoryOf(pid);
    return { syncMs, syncedMb, idleCpuMs, editsMs, editedMb, peakMb };
  } finally {
    await operator.stop();
  }
}

type Edited = { readonly metadata: { readonly resourceVersion: string } };

function findings(rounds: readonly Round[]): Findings {
  const row = (what: string, of: (round: Round) => number, digits = 0) => {
    const values = rounds.map(of);
    return [what, ...[median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits))];
  };
  return {
    tables: [
      {
        title: 'Memory of the operator',
        says: `${PODS} pods, ${NAMESPACES * POLICIES_EACH} policies, a ConfigMap each; ${ROUNDS} processes one after another, node flags ${nodeFlags().join(' ')}; a first rollout of every policy is under way after the edits. Promised: ${PROMISED_MB} MB.`,
        columns: ['', 'median', 'least', 'most'],
        rows: [
          row('from start to the first sync, s', ({ syncMs }) => syncMs / 1000, 1),
          row('RSS after sync, MB', ({ syncedMb }) => syncedMb),
          row(`RSS after ${NAMESPACES * POLICIES_EACH} edits, MB`, ({ editedMb }) => editedMb),
          row('highest RSS, MB', ({ peakMb }) => peakMb),
          row('CPU at rest, ms a second', ({ idleCpuMs }) => (idleCpuMs * 1000) / IDLE_MS, 1),
          row('from the first edit until all are recorded, s', ({ editsMs }) => editsMs / 1000, 1),
        ],
      },
    ],
    broken: [],
  };
}

/** Once a cluster: what is there already is kept. */
async function fill(kube: Kube): Promise<readonly Place[]> {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `memory-${i}`);
  const places = namespaces.flatMap((namespace) => Array.from({ length: POLICIES_EACH }, (_, i) => ({ namespace, name: `app-${i}` })));
  const populated = places.filter((_place, i) => i % WITH_PODS === 0);
  await each(namespaces, (namespace) => makeNamespace(kube, namespace));
  await each(places, async ({ namespace, name }) => {
    const source = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { app: contentOf(name, 'first') } };
    await unlessThere(kube.create(`/api/v1/namespaces/${namespace}/configmaps`, source));
    await unlessThere(kube.create(`/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloadpolicies`, policyOf(name)));
  });
  await each(Array.from({ length: PODS }), async (_, i) => {
    const place = populated[i % populated.length];
    if (place === undefined) return;
    const labels = { app: place.name, 'app.kubernetes.io/managed-by': 'Helm', 'pod-template-hash': '7d4b9c6f58' };
    await unlessThere(makePod(kube, place.namespace, `${place.name}-7d4b9c6f58-${i}`, labels));
  });
  return places;
}

/** A kilobyte, as a small app has. */
function contentOf(name: string, version: string): string {
  return `# ${name}\nversion: ${version}\n${'key: value\n'.repeat(90)}`;
}

function policyOf(name: string): object {
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name },
    spec: {
      sources: [{ configMap: { name } }],
      targets: { selector: { matchLabels: { app: name } } },
      handle: { signal: { signal: 'SIGHUP', process: 'nginx' } },
    },
  };
}
