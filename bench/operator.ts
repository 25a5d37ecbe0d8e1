import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parse } from 'yaml';
import { bundle } from '../images/bundle.ts';
import type { Kube } from '../operator/kube/client.ts';
import { until } from '../test/support/until.ts';

/** The operator as a process of its own, in the form and with the environment that its image has, as the ServiceAccount of deploy/. */
export type Operator = {
  readonly pid: number;
  /** HOST:PORT that sidecars dial. */
  readonly link: string;
  /** From the start of the process until /readyz says that all lists are whole. */
  readonly syncMs: number;
  readonly stop: () => Promise<void>;
};

const FOLDER = 'dist/bench';
const NAMESPACE = 'fleet-reload-system';
const ACCOUNT = 'fleet-reload';
/** As the audit log names it. */
export const OPERATOR_USER = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`;
/** As images/build.ts has them: node's in the entrypoint, and malloc's. */
export const IMAGE_FLAGS: readonly string[] = ['--disable-sigusr1'];
const IMAGE_ENV = { MALLOC_ARENA_MAX: '1' };

/** Throws where it is not ready within a minute; its log is dist/bench/operator.log. */
export async function startOperator(kube: Kube, nodeFlags = IMAGE_FLAGS): Promise<Operator> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/operator.mjs`, await bundle('operator/main.ts', 'esm'));
  writeFileSync(`${FOLDER}/operator.kubeconfig`, await kubeconfig(kube), { mode: 0o600 });
  const [link, http] = await Promise.all([freePort(), freePort()]);
  const args = ['--kubeconfig', `${FOLDER}/operator.kubeconfig`, '--namespace', NAMESPACE, '--link-port', link, '--http-port', http];
  // Not taken from it when the machine is busy: it is not the Lease that is measured.
  const lease = ['--lease-duration', '120s', '--renew-deadline', '100s'];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, `${FOLDER}/operator.mjs`, ...args.map(String), ...lease], {
    env: { PATH: process.env.PATH, ...IMAGE_ENV },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(createWriteStream(`${FOLDER}/operator.log`, { flags: 'a' }));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  process.once('exit', () => child.kill('SIGKILL'));
  await until('the operator is ready', () => isReady(http), 60_000).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { pid: child.pid ?? 0, link: `localhost:${link}`, syncMs: performance.now() - startedAt, stop };
}

/** Its own token, so that RBAC holds for it, and the audit log knows it. */
async function kubeconfig(kube: Kube): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`;
  const spec = { expirationSeconds: 24 * 3600 };
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const { status } = await kube.create<{ readonly status: { readonly token: string } }>(path, body);
  const admin = parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8')) as { readonly clusters: readonly [{ readonly name: string }] };
  const cluster = admin.clusters[0].name;
  return JSON.stringify({
    ...admin,
    contexts: [{ name: 'bench', context: { cluster, user: 'operator' } }],
    'current-context': 'bench',
    users: [{ name: 'operator', user: { token: status.token } }],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function isReady(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
