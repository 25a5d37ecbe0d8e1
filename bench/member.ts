import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../images/bundle.ts';
import { SIDECAR_ENV, SIDECAR_FLAGS } from '../images/sidecar-process.ts';
import type { Handle } from '../sidecar/protocol.ts';
import { anAssignment, type Bytes } from '../sidecar/test/operator-double.ts';
import { aPod, type Pod } from '../sidecar/test/pod.ts';
import { median } from './median.ts';
import { connectionsOf, privateMb, threadsCpuMs } from './process.ts';
import type { Findings } from './table.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const RELOADS = 1_000;
/** The first ones fill caches that stay. */
const SETTLED = 200;
const EVERY = 100;
const IDLE_MS = 60_000;
const SETTLE_MS = 10_000;
const FOLDER = 'dist/bench';
const REPORTING_APP = resolve(import.meta.dirname, '../sidecar/test/reporting-app.ts');

/** One sidecar beside a real app: what it costs at rest, and what is left of each reload. */
export async function memberBench(): Promise<Findings> {
  mkdirSync(FOLDER, { recursive: true });
  const program = join(FOLDER, 'sidecar.cjs');
  writeFileSync(program, await bundle('sidecar/main.ts', 'cjs'));
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await oneRound(program));
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const rows: readonly (readonly [string, string, string])[] = [
    ['private memory when its app has started, MB', '15', middle(({ samples }) => samples[0]?.mb ?? 0).toFixed(1)],
    [`… right after ${RELOADS} reloads, MB`, '', middle(({ samples }) => samples.at(-1)?.mb ?? 0).toFixed(1)],
    ['… when it was quiet for a minute, MB', '15', middle(({ quietMb }) => quietMb).toFixed(1)],
    [`… more for each reload after the first ${SETTLED}, KB`, '0', middle(({ samples }) => slopeKb(samples)).toFixed(2)],
    ['CPU at rest, with pings, % of a core', '0.02', middle(({ idleCpuMs }) => (idleCpuMs * 100) / IDLE_MS).toFixed(3)],
    ['CPU of a reload, ms', '', middle(({ reloadCpuMs }) => reloadCpuMs).toFixed(1)],
    ['connections at rest', '1', String(Math.max(...rounds.map(({ connections }) => connections)))],
  ];
  const says = `The sidecar as a process of its own, as its image starts it, beside a real app that is told by HTTP and answers with what it runs: ${RELOADS.toLocaleString('en')} reloads of 1 KiB, one after the other. Private memory is what nobody else has a share of: node's own program is one for all pods of a node. Medians of ${ROUNDS}.`;
  return { tables: [{ title: 'Sidecar', says, columns: ['', 'promised', 'measured'], rows }], broken: [] };
}

type Sample = { readonly reloads: number; readonly mb: number };
type Round = {
  readonly samples: readonly Sample[];
  readonly idleCpuMs: number;
  readonly quietMb: number;
  readonly reloadCpuMs: number;
  readonly connections: number;
};

async function oneRound(program: string): Promise<Round> {
  const pod = await aPod(['configmaps/web'], [...SIDECAR_FLAGS, program]);
  try {
    const sidecar = await pod.start(SIDECAR_ENV);
    const pid = sidecar.process.pid ?? 0;
    await pod.operator.next('hello');
    await reload(pod, 0, 1);
    await sidecar.startup();
    const { handle, end } = await startApp(pod.root);
    try {
      const samples: Sample[] = [{ reloads: 0, mb: privateMb(pid) }];
      const before = threadsCpuMs(pid);
      for (let n = 1; n <= RELOADS; n++) {
        await reload(pod, n, handle);
        if (n % EVERY === 0) samples.push({ reloads: n, mb: privateMb(pid) });
      }
      const reloadCpuMs = (threadsCpuMs(pid) - before) / RELOADS;
      // What a reload took is given back when it is quiet.
      await sleep(SETTLE_MS);
      const idleFrom = threadsCpuMs(pid);
      await sleep(IDLE_MS);
      const idleCpuMs = threadsCpuMs(pid) - idleFrom;
      return { samples, reloadCpuMs, idleCpuMs, quietMb: privateMb(pid), connections: connectionsOf(pid) };
    } finally {
      end();
    }
  } finally {
    await pod.close();
  }
}

/** Throws where it is not applied. */
async function reload({ operator }: Pod, n: number, app: Handle | number): Promise<void> {
  const bytes: Bytes = { 'configmaps/web': { 'app.conf': `version: ${n}\n`.padEnd(1024, 'key: value\n') } };
  const handle = typeof app === 'number' ? handleOf(app) : app;
  operator.assign(anAssignment(bytes, { handle, epoch: [1, n + 1], attempt: `${n}.1`, timeoutMs: 20_000 }), bytes);
  const { outcome } = await operator.next('ack');
  if (outcome.kind !== 'applied') throw new Error(`reload ${n}: ${outcome.because}`);
}

function handleOf(port: number): Handle {
  const equals = { source: 'configmaps/web', key: 'app.conf' } as const;
  const verify = { kind: 'http', port, path: '/version', jsonPath: null, equals } as const;
  return { kind: 'http', port, path: '/-/reload', method: 'POST', headers: [], verify };
}

async function startApp(root: string): Promise<{ readonly handle: Handle; readonly end: () => void }> {
  const args = [REPORTING_APP, join(root, 'files/configmaps/web'), join(root, 'app.log')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { handle: handleOf(Number(port.toString())), end: () => child.kill('SIGKILL') };
}

/** By least squares, of the samples that come after the first ones. */
function slopeKb(samples: readonly Sample[]): number {
  const late = samples.filter(({ reloads }) => reloads >= SETTLED);
  const mean = (of: (sample: Sample) => number) => late.reduce((sum, sample) => sum + of(sample), 0) / late.length;
  const [x, y] = [mean(({ reloads }) => reloads), mean(({ mb }) => mb)];
  const along = late.reduce((sum, { reloads, mb }) => sum + (reloads - x) * (mb - y), 0);
  return (1000 * along) / late.reduce((sum, { reloads }) => sum + (reloads - x) ** 2, 0);
}
