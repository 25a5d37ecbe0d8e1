import { type ChildProcess, fork } from 'node:child_process';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Reload } from '../crds/reload.ts';
import { type Cluster, openCluster } from '../test/support/cluster.ts';
import { operatorsWrites, type Write } from './audit.ts';
import { each, makeNamespace, makePod, tokenOf } from './made-up-pods.ts';
import { median } from './median.ts';
import { startOperator } from './operator.ts';
import { type Dial, REFUSED_KEY } from './sidecar.ts';
import type { Findings } from './table.ts';
import { waitUntil } from './wait-until.ts';

const SIZES = (process.env.SIZES ?? '10 100 1000').split(' ').map(Number);
const WAVES = ['1', '50%', '100%'];
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SESSIONS_A_PROCESS = 400;
/** Counts of members are refreshed 10 s after a rollout's last write at the earliest: they are written because of it, and so they count. */
const QUIET_MS = 13_000;

/** What the operator writes to the API server in a rollout, by the server's own log, with members that speak the real protocol. */
export async function writesBench(): Promise<Findings> {
  const cluster = await openCluster();
  const operator = await startOperator(cluster.kube);
  const fleets = [];
  try {
    for (const size of SIZES) fleets.push(await openFleet(size, operator.link, cluster));
    const counted: Counted[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      counted.push(...(await rollOut(fleets, 'good', round)), ...(await rollOut(fleets, 'refused', round)));
    }
    return findings(counted);
  } finally {
    for (const { close } of fleets) await close();
    await operator.stop();
    await cluster.close();
  }
}

type Kind = 'good' | 'refused';

type Fleet = {
  readonly size: number;
  readonly namespace: string;
  readonly edit: (data: Readonly<Record<string, string>>) => Promise<void>;
  readonly status: () => NonNullable<ReloadPolicy['status']>;
  readonly reload: (rollout: number) => Reload | undefined;
  readonly close: () => Promise<void>;
};

/** Of one rollout. */
type Counted = {
  readonly size: number;
  readonly kind: Kind;
  readonly waves: number;
  readonly ms: number;
  readonly writes: readonly Write[];
};

/** All fleets at the same time; what the log says of each is told apart by its namespace. */
async function rollOut(fleets: readonly Fleet[], kind: Kind, round: number): Promise<readonly Counted[]> {
  const before = operatorsWrites().length;
  const rollouts = await Promise.all(
    fleets.map(async (fleet) => {
      const rollout = (fleet.status().rollout ?? 0) + 1;
      const start = performance.now();
      await fleet.edit({ app: `${kind} ${round}`, ...(kind === 'refused' && { [REFUSED_KEY]: 'yes' }) });
      const ended = () => fleet.reload(rollout)?.status?.outcome !== undefined;
      await waitUntil(`rollout ${rollout} of ${fleet.size} members ends`, ended);
      return { fleet, ms: performance.now() - start, reload: fleet.reload(rollout) };
    }),
  );
  await quiet();
  const writes = operatorsWrites().slice(before);
  return rollouts.map(({ fleet: { size, namespace }, ms, reload }) => {
    const outcome = reload?.status?.outcome;
    if (outcome !== (kind === 'good' ? 'Succeeded' : 'RolledBack')) throw new Error(`a ${kind} rollout of ${size} members: ${outcome}`);
    const waves = reload?.status?.waves?.length ?? 0;
    return { size, kind, waves, ms, writes: writes.filter((write) => write.namespace === namespace) };
  });
}

async function quiet(): Promise<void> {
  let count = 0;
  let since = performance.now();
  const isQuiet = () => {
    const now = operatorsWrites().filter(({ resource }) => resource !== 'leases').length;
    if (now !== count) [count, since] = [now, performance.now()];
    return performance.now() - since > QUIET_MS;
  };
  await waitUntil('the operator writes nothing any more', isQuiet);
}

function findings(counted: readonly Counted[]): Findings {
  const groups = Map.groupBy(counted, ({ size, kind }) => `${size} ${kind}`);
  const rows = [...groups.values()].map((rounds) => {
    const [first] = rounds;
    const most = (of: (write: Write) => boolean) => Math.max(...rounds.map(({ writes }) => writes.filter(of).length));
    const isPolicy = ({ resource }: Write) => resource === 'reloadpolicies';
    const isReload = ({ resource }: Write) => resource === 'reloads';
    const isEvent = ({ resource }: Write) => resource === 'events';
    const isContent = ({ resource }: Write) => resource === 'configmaps';
    const counts = {
      members: first?.size ?? 0,
      kind: first?.kind ?? 'good',
      waves: Math.min(...rounds.map(({ waves }) => waves)),
      policy: most(isPolicy),
      reload: most(isReload),
      // Collection is not counted.
      both: most((write) => (isPolicy(write) || isReload(write)) && write.verb !== 'delete'),
      events: most(isEvent),
      contents: most(isContent),
      other: most((write) => !isPolicy(write) && !isReload(write) && !isEvent(write) && !isContent(write)),
      seconds: (median(rounds.map(({ ms }) => ms)) / 1000).toFixed(1),
    };
    return counts;
  });
  const broken = rows.flatMap(({ members, kind, waves, both, events, other }) => [
    ...(both > 2 * waves + 4 ? [`${both} writes in a ${kind} rollout of ${members} members in ${waves} waves`] : []),
    ...(events > waves + 2 ? [`${events} Events in a ${kind} rollout of ${members} members in ${waves} waves`] : []),
    ...(other > 0 ? [`${other} writes of another kind in a ${kind} rollout of ${members} members`] : []),
  ]);
  return {
    tables: [
      {
        title: 'Writes to the API server',
        says: `The most of ${ROUNDS} rollouts each, by the API server's audit log, up to ${QUIET_MS / 1000} s of silence. Waves are those that opened. Promised: at most 2 per wave + 4 to policies and Reloads, Events at most 1 per wave + 2, at any size.`,
        columns: [
          'members',
          'rollout',
          'waves',
          'policy',
          'Reload',
          'both',
          'allowed',
          'Events',
          'allowed',
          'ConfigMaps',
          'other',
          'median s',
        ],
        rows: rows.map((it) => [
          it.members,
          it.kind,
          it.waves,
          it.policy,
          it.reload,
          it.both,
          2 * it.waves + 4,
          it.events,
          it.waves + 2,
          it.contents,
          it.other,
          it.seconds,
        ]),
      },
    ],
    broken,
  };
}

async function openFleet(size: number, link: string, { kube, follow }: Cluster): Promise<Fleet> {
  const namespace = `writes-${size}`;
  await makeNamespace(kube, namespace);
  const source = `/api/v1/namespaces/${namespace}/configmaps`;
  await kube.create(source, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { app: 'first' } });
  const policies = `/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloadpolicies`;
  await kube.create(policies, policyOf(namespace));
  const store = await follow<ReloadPolicy>(policies);
  const reloads = await follow<Reload>(`/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloads`);
  const status = () => store.get(`${namespace}/web`)?.status ?? {};
  await waitUntil('the source is adopted', () => status().stableRevision !== undefined);

  const names = Array.from({ length: size }, (_, i) => `web-${i}`);
  const pods = await each(names, (name) => makePod(kube, namespace, name, { app: 'web' }));
  const ca = (await kube.get<{ readonly data: Readonly<Record<string, string>> }>(`${source}/fleetreload-ca`))?.data['ca.crt'] ?? '';
  const dials = await each(pods, async (pod) => ({ operator: link, token: await tokenOf(kube, pod), ca }));
  const processes = sidecarsOf(dials);
  await waitUntil(`${size} sidecars are connected, and counted`, () => status().members?.applied === size);
  return {
    size,
    namespace,
    status,
    edit: (data) => kube.patch(`${source}/web`, { data: { [REFUSED_KEY]: null, ...data } }, 'merge'),
    reload: (rollout) => reloads.get(`${namespace}/web-${rollout}`),
    close: async () => {
      for (const child of processes) child.disconnect();
      await kube.remove(`/api/v1/namespaces/${namespace}`);
    },
  };
}

function sidecarsOf(dials: readonly Dial[]): readonly ChildProcess[] {
  const count = Math.ceil(dials.length / SESSIONS_A_PROCESS);
  return Array.from({ length: count }, (_, i) => {
    const child = fork(`${import.meta.dirname}/sidecars.ts`);
    child.send(dials.filter((_dial, k) => k % count === i));
    return child;
  });
}

function policyOf(namespace: string): object {
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: 'web', namespace },
    spec: {
      sources: [{ configMap: { name: 'web' } }],
      targets: { selector: { matchLabels: { app: 'web' } } },
      handle: { signal: { signal: 'SIGHUP', process: 'nginx' }, timeout: '5m' },
      waves: WAVES.map((upTo) => ({ upTo: upTo.endsWith('%') ? upTo : Number(upTo), bake: '2s' })),
    },
  };
}
