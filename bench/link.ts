import { setTimeout as sleep } from 'node:timers/promises';
import type { Kube } from '../operator/kube/client.ts';
import { openCluster } from '../test/support/cluster.ts';
import { type LinkFleet, openLinkFleet } from './link-fleet.ts';
import { median } from './median.ts';
import { nodeFlags, type Operator, startOperator } from './operator.ts';
import { cpuMsOf, memoryOf, untilIdle } from './process.ts';
import type { Findings } from './table.ts';
import { waitUntil } from './wait-until.ts';

/** Each is measured in a fleet of its own size; half of the first one, too, for the slope of the memory. */
const SIZES = (process.env.LINK_SIZES ?? '10000 19000').split(' ').map(Number);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const IDLE_MS = 30_000;
const NAMESPACE = 'link';

/** The operator's streams: what one costs in memory, what all of them cost at rest, in a rollout, and when it comes back. */
export async function linkBench(): Promise<Findings> {
  const cluster = await openCluster();
  const { kube } = cluster;
  const fleet = await openLinkFleet(kube, NAMESPACE);
  let operator = await startOperator(kube);
  const measured: Measured[] = [];
  try {
    await makePolicy(kube);
    for (const [i, size] of SIZES.entries()) {
      const before = SIZES[i - 1] ?? 0;
      await fleet.grow(size);
      const memory: Memory[] = [await memoryAt(before, operator)];
      for (const sessions of [...(before === 0 ? [size / 2] : []), size]) {
        await fleet.connect(sessions, operator.link);
        await waitUntil(`${sessions} have their first files`, async () => (await fleet.count()).acked >= sessions - before);
        memory.push(await memoryAt(sessions, operator));
      }
      const idleCpuMs = await cpuAtRest(operator);
      const forward: Broadcast[] = [];
      const back: Broadcast[] = [];
      for (let round = 1; round <= ROUNDS; round++) {
        forward.push(await broadcast(kube, fleet, size, operator, contentOf(`${size} ${round}`)));
        back.push(await broadcast(kube, fleet, size, operator, contentOf('first')));
      }
      const comebacks: Comeback[] = [];
      for (let round = 1; round <= ROUNDS; round++) {
        const stoppedAt = performance.now();
        await operator.stop();
        fleet.beginAnew();
        operator = await startOperator(kube, operator.ports);
        comebacks.push(await comeback(fleet, size, operator, stoppedAt));
      }
      measured.push({ size, memory, idleCpuMs, forward, back, comebacks });
    }
  } finally {
    fleet.close();
    await operator.stop();
    await cluster.close();
  }
  return findings(measured);
}

type Measured = {
  readonly size: number;
  readonly memory: readonly Memory[];
  readonly idleCpuMs: number;
  readonly forward: readonly Broadcast[];
  readonly back: readonly Broadcast[];
  readonly comebacks: readonly Comeback[];
};

type Memory = { readonly sessions: number; readonly mb: number };

async function memoryAt(sessions: number, { pid }: Operator): Promise<Memory> {
  await untilIdle(pid);
  return { sessions, mb: memoryOf(pid).rssMb };
}

async function cpuAtRest({ pid }: Operator): Promise<number> {
  const before = cpuMsOf(pid);
  await sleep(IDLE_MS);
  return cpuMsOf(pid) - before;
}

type Broadcast = {
  /** From the first member's assignment until the last member's ack has left it. */
  readonly ms: number;
  /** From the edit until the operator is at rest again: its passes, and what it records, too. */
  readonly cpuMs: number;
};

async function broadcast(kube: Kube, fleet: LinkFleet, size: number, { pid }: Operator, content: string): Promise<Broadcast> {
  fleet.beginAnew();
  const cpuBefore = cpuMsOf(pid);
  await kube.patch(`/api/v1/namespaces/${NAMESPACE}/configmaps/web`, { data: { app: content } }, 'merge');
  await waitUntil(`all ${size} have acked`, async () => (await fleet.count()).acked >= size);
  const { firstAssignedAt, lastAckedAt } = await fleet.count();
  await untilIdle(pid);
  return { ms: lastAckedAt - firstAssignedAt, cpuMs: cpuMsOf(pid) - cpuBefore };
}

type Comeback = {
  /** From the end of the one process, and from when the next one is ready, until all are connected again. */
  readonly fromStopMs: number;
  readonly fromReadyMs: number;
  readonly cpuMs: number;
  readonly fired: number;
};

async function comeback(fleet: LinkFleet, size: number, { pid }: Operator, stoppedAt: number): Promise<Comeback> {
  const readyAt = performance.now();
  await waitUntil(`all ${size} are back`, async () => (await fleet.count()).connected === size);
  const now = performance.now();
  await untilIdle(pid);
  return { fromStopMs: now - stoppedAt, fromReadyMs: now - readyAt, cpuMs: cpuMsOf(pid), fired: (await fleet.count()).fired };
}

function findings(measured: readonly Measured[]): Findings {
  const middle = <T>(rounds: readonly T[], of: (round: T) => number) => median(rounds.map(of));
  const rows: readonly (readonly [string, string, (of: Measured) => string])[] = [
    ['memory a session, KB', '60', ({ memory }) => slopes(memory).join(', ')],
    ['RSS with none of these, MB', '', ({ memory }) => (memory[0]?.mb ?? 0).toFixed(0)],
    ['RSS with all, MB', '', ({ memory }) => (memory.at(-1)?.mb ?? 0).toFixed(0)],
    ['at rest, % of a core', '2.5', ({ idleCpuMs }) => ((idleCpuMs * 100) / IDLE_MS).toFixed(1)],
    ['1 KiB to all and all acks, s', '1.5', ({ forward }) => (middle(forward, ({ ms }) => ms) / 1000).toFixed(2)],
    ['… CPU of the operator, s', '0.8', ({ forward }) => (middle(forward, ({ cpuMs }) => cpuMs) / 1000).toFixed(2)],
    ['back to files that they have, s', '1.5', ({ back }) => (middle(back, ({ ms }) => ms) / 1000).toFixed(2)],
    ['… CPU of the operator, s', '0.8', ({ back }) => (middle(back, ({ cpuMs }) => cpuMs) / 1000).toFixed(2)],
    ['restart: all are back, s after it is ready', '30', ({ comebacks }) => (middle(comebacks, (it) => it.fromReadyMs) / 1000).toFixed(1)],
    ['… s after the last one was told to end', '', ({ comebacks }) => (middle(comebacks, (it) => it.fromStopMs) / 1000).toFixed(1)],
    ['… CPU of the operator, s', '', ({ comebacks }) => (middle(comebacks, (it) => it.cpuMs) / 1000).toFixed(1)],
    ['… signals', '0', ({ comebacks }) => String(comebacks.reduce((all, { fired }) => all + fired, 0))],
  ];
  return {
    tables: [
      {
        title: 'Link',
        says: `The operator as a process of its own, node flags ${nodeFlags().join(' ')}; made-up pods on a real API server, a session for each over TLS, with its own pod-bound token and TokenReview, from processes of ${'2,500'} on the same machine. Memory is the slope of RSS between the numbers of sessions. Medians of ${ROUNDS}.`,
        columns: ['', 'promised at 10,000', ...measured.map(({ size }) => `${size} sessions`)],
        rows: rows.map(([what, promised, of]) => [what, promised, ...measured.map(of)]),
      },
    ],
    broken: measured.flatMap(({ size, comebacks }) =>
      comebacks.some(({ fired }) => fired > 0) ? [`a restart of the operator signalled members of ${size}`] : [],
    ),
  };
}

function slopes(memory: readonly Memory[]): readonly string[] {
  return memory.slice(1).map(({ sessions, mb }, i) => {
    const before = memory[i];
    return before === undefined ? '' : (((mb - before.mb) * 1000) / (sessions - before.sessions)).toFixed(1);
  });
}

async function makePolicy(kube: Kube): Promise<void> {
  const source = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { app: contentOf('first') } };
  await kube.create(`/api/v1/namespaces/${NAMESPACE}/configmaps`, source);
  await kube.create(`/apis/fleetreload.dev/v1alpha1/namespaces/${NAMESPACE}/reloadpolicies`, {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: {
      sources: [{ configMap: { name: 'web' } }],
      targets: { selector: { matchLabels: { app: 'web' } } },
      handle: { signal: { signal: 'SIGHUP', process: 'nginx' }, timeout: '5m' },
      waves: [{ upTo: '100%', bake: '1s' }],
      maxUnavailable: '100%',
    },
  });
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps/fleetreload-ca`;
  await waitUntil('the CA is published', async () => (await kube.get(path)) !== null);
}

/** A kilobyte. */
function contentOf(version: string): string {
  return `version: ${version}\n`.padEnd(1024, 'key: value\n');
}
