import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from '../../test/support/until.ts';
import { type App, startApp } from './app.ts';
import { type TestCa, testCa } from './certificate.ts';
import { type OperatorDouble, operatorDouble } from './operator-double.ts';

/** A pod without Kubernetes: a folder for its volumes, the sidecar as a process, a real app beside it, and an operator to talk to. */
export type Pod = {
  readonly root: string;
  readonly ca: TestCa;
  readonly operator: OperatorDouble;
  readonly appName: string;
  file(source: string, key: string): string;
  /** Starts the sidecar's process; `env` on top of what it needs. */
  start(env?: Readonly<Record<string, string>>): Promise<Sidecar>;
  startApp(): Promise<App>;
  close(): Promise<void>;
};

export type Sidecar = {
  readonly process: ChildProcess;
  readonly log: () => readonly { readonly msg: string; readonly [field: string]: unknown }[];
  readonly text: () => string;
  startup(): Promise<{ readonly status: number; readonly text: string }>;
  /** Until it has ended by itself. */
  ended(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

export async function aPod(
  sources: readonly string[] = ['configmaps/web'],
  command: readonly string[] = [path.resolve(import.meta.dirname, '../main.ts')],
): Promise<Pod> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'sidecar-pod-'));
  const ca = await testCa();
  const operator = await operatorDouble(ca);
  for (const source of sources) fs.mkdirSync(path.join(root, 'files', source), { recursive: true });
  for (const folder of ['token', 'ca', 'state']) fs.mkdirSync(path.join(root, folder));
  fs.writeFileSync(path.join(root, 'token/token'), 'a-token\n');
  fs.writeFileSync(path.join(root, 'ca/ca.crt'), ca.ca);
  const running: { stop(): Promise<void> }[] = [];
  // Found by its name in the machine's /proc, so it is like no other.
  const appName = `app${process.pid}x${counter++}`.slice(-15);

  return {
    root,
    ca,
    operator,
    appName,
    file: (source, key) => path.join(root, 'files', source, key),
    async start(env = {}) {
      const child = spawn(process.execPath, [...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          FLEETRELOAD_ROOT: root,
          FLEETRELOAD_OPERATOR: operator.address,
          FLEETRELOAD_HEALTH_PORT: '0',
          ...env,
        },
      });
      let text = '';
      child.stdout.on('data', (data: Buffer) => (text += data));
      child.stderr.on('data', (data: Buffer) => (text += data));
      const log = () =>
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line));
      const isOver = () => child.exitCode !== null || child.signalCode !== null;
      const ended = async () => void (isOver() || (await once(child, 'exit')));
      running.push({ stop: async () => void (isOver() || (child.kill('SIGKILL'), await ended())) });
      await until(`the sidecar has started or ended: ${text}`, () => isOver() || log().some(({ msg }) => msg === 'started'));
      return {
        process: child,
        log,
        text: () => text,
        async startup() {
          const port = log().find(({ msg }) => msg === 'started')?.healthPort;
          const response = await fetch(`http://127.0.0.1:${port}/startup`);
          return { status: response.status, text: await response.text() };
        },
        ended,
        async kill(signal) {
          child.kill(signal);
          await ended();
        },
      };
    },
    async startApp() {
      const app = await startApp(root, path.join(root, 'files/configmaps/web/app.conf'), appName);
      running.push(app);
      return app;
    },
    async close() {
      await Promise.all(running.map((each) => each.stop()));
      await operator.close();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

let counter = 0;
