import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { bundle } from '../images/bundle.ts';
import { OPERATOR_ENV, OPERATOR_FLAGS } from '../images/operator-process.ts';
import type { Kube } from '../operator/kube/client.ts';
import { waitUntil } from './wait-until.ts';

/** The operator as a process of its own, in the form and with the environment that its image has, as the ServiceAccount of the chart. */
export type Operator = {
  readonly pid: number;
  /** HOST:PORT that sidecars dial. */
  readonly link: string;
  readonly ports: Ports;
  /** From the start of the process until /readyz says that all lists are whole. */
  readonly syncMs: number;
  readonly stop: () => Promise<void>;
};

/** Its next process is found where it was when it is given the last one's. */
export type Ports = { readonly link: number; readonly http: number };

const FOLDER = 'dist/bench';
const NAMESPACE = 'fleet-reload-system';
const ACCOUNT = 'fleet-reload';
/** As the audit log names it. */
export const OPERATOR_USER = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`;
/** As the image's entrypoint has them. */
const IMAGE_FLAGS = ['--disable-sigusr1', ...OPERATOR_FLAGS];
/** With the pod's files where the kubelet mounts them: a kubeconfig would cost 50 MB more. Nothing of the mount is seen outside. */
const IN_A_POD = [
  'mount -t tmpfs tmpfs /run',
  'mkdir -p /run/secrets/kubernetes.io',
  `cp -r ${FOLDER}/serviceaccount /run/secrets/kubernetes.io/`,
  'exec "$@"',
].join(' && ');

/** Throws where it is not ready in time; its log is dist/bench/operator.log. */
export async function startOperator(kube: Kube, ports?: Ports): Promise<Operator> {
  mkdirSync(`${FOLDER}/serviceaccount`, { recursive: true });
  writeFileSync(`${FOLDER}/operator.mjs`, await bundle('operator/main.ts', 'esm'));
  await writeAccount(kube);
  const { link, http } = ports ?? { link: await freePort(), http: await freePort() };
  // Not taken from it when the machine is busy: it is not the Lease that is measured.
  const lease = ['--lease-duration', '120s', '--renew-deadline', '100s'];
  const program = [
    process.execPath,
    ...nodeFlags(),
    `${FOLDER}/operator.mjs`,
    '--link-port',
    `${link}`,
    '--http-port',
    `${http}`,
    '--webhook-port',
    '0',
    ...lease,
  ];
  const startedAt = performance.now();
  const child = spawn('unshare', ['--mount', 'sh', '-c', IN_A_POD, 'sh', ...program], {
    env: { PATH: process.env.PATH, ...OPERATOR_ENV, ...addressOf(kube) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(createWriteStream(`${FOLDER}/operator.log`, { flags: 'a' }));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  process.once('exit', () => child.kill('SIGKILL'));
  await waitUntil('the operator is ready', () => child.exitCode !== null || isReady(http));
  if (child.exitCode !== null) throw new Error(`the operator ended with ${child.exitCode}: see ${FOLDER}/operator.log`);
  return { pid: child.pid ?? 0, link: `localhost:${link}`, ports: { link, http }, syncMs: performance.now() - startedAt, stop };
}

/** Of the operator's process. To try others: NODE_FLAGS='--max-semi-space-size=2'. */
export function nodeFlags(): readonly string[] {
  const more = process.env.NODE_FLAGS;
  return more ? [...IMAGE_FLAGS, ...more.split(' ')] : IMAGE_FLAGS;
}

/** Its own token, so that RBAC holds for it, and the audit log knows it. */
async function writeAccount(kube: Kube): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 24 * 3600 } };
  const { status } = await kube.create<{ readonly status: { readonly token: string } }>(path, body);
  const config = await kube.get<{ readonly data: Readonly<Record<string, string>> }>(
    `/api/v1/namespaces/${NAMESPACE}/configmaps/kube-root-ca.crt`,
  );
  const write = (name: string, text: string) => writeFileSync(`${FOLDER}/serviceaccount/${name}`, text, { mode: 0o600 });
  write('token', status.token);
  write('ca.crt', config?.data['ca.crt'] ?? '');
  write('namespace', NAMESPACE);
}

function addressOf({ server }: Kube): NodeJS.ProcessEnv {
  const { hostname, port } = new URL(server);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port || '443' };
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
