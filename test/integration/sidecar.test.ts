import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import type { Ack, Assign } from '../../sidecar/protocol.ts';
import { testCa } from '../../sidecar/test/certificate.ts';
import { anAssignment, type Bytes, type OperatorDouble, operatorDouble } from '../../sidecar/test/operator-double.ts';
import { kubectl } from '../support/kubectl.ts';
import { podsAreLetIn } from '../support/pods-let-in.ts';

/* The sidecar in real pods, with what only a real kubelet and kernel decide: containers, uids, PID namespaces. The operator is a double on the machine. */

const namespace = `sidecar-${randomBytes(4).toString('hex')}`;
let operator: OperatorDouble;

before(async () => {
  const host = machine();
  const ca = await testCa();
  operator = await operatorDouble(ca, { host, names: [host] });
  await apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fleetreload-ca', namespace }, data: { 'ca.crt': ca.ca } },
  );
});

after(async () => {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await operator?.close();
});

test('of two nginx in a pod, the one in the container named is told; a bad config is refused, and what ran runs on', async () => {
  const pod = await aPod('two', { containers: [nginx('nginx', true), nginx('other', false)] });
  const containerId = await containerIdOf('two', 'nginx');

  const away = await assign(page('v2'), { attempt: '2.0', epoch: [1, 2] });
  assert.equal(because(away), 'container nginx does not run');
  const handle = { kind: 'signal', signal: 'SIGHUP', process: 'nginx', container: null, verify: { kind: 'workers' } } as const;
  const unnamed = await assign(page('v2'), { attempt: '2.1', epoch: [1, 2], handle });
  assert.match(
    because(unnamed),
    /^several processes named nginx run in different containers \(\d+, \d+\): name the container in handle\.signal\.container$/,
  );

  const good = await assign(page('v2'), { attempt: '2.2', epoch: [1, 3], containerId });
  assert.equal(good.outcome.kind === 'applied' && good.outcome.proof, 'Confirmed', because(good));
  assert.equal(await serves(pod), 'v2');

  const bad = await assign(page('v3', 'keepalive_timeot 65;'), { attempt: '3.1', epoch: [1, 4], containerId });
  assert.match(because(bad), /^nginx master \d+ kept its workers [\d, ]+ for \d(\.\d)?s after SIGHUP; back on [0-9a-f]{16}$/);
  assert.equal(await serves(pod), 'v2');
  // v2, v3, and v2 again for the way back.
  assert.deepEqual([await signals('two', 'nginx'), await signals('two', 'other')], [3, 0]);

  for (let i = 4; i < 14; i++) {
    const next = await assign(page(`v${i}`), { attempt: `${i}.1`, epoch: [1, i + 1], containerId });
    assert.equal(next.outcome.kind === 'applied' && next.outcome.proof, 'Confirmed', because(next));
    assert.equal(await serves(pod), `v${i}`, 'a worker of before took one more connection after the reload was confirmed');
  }
});

test('a sidecar of another uid says whose uid it needs', async () => {
  await aPod('uid', { containers: [nginx('nginx', true)], sidecarUid: 65532 });
  const refused = await assign(page('v2'), { attempt: '2.1', epoch: [1, 2], containerId: await containerIdOf('uid', 'nginx') });
  assert.match(
    because(refused),
    /^may not send SIGHUP to nginx \d+: the sidecar runs as uid 65532; give it container nginx's runAsUser; the files are those of [0-9a-f]{16} again$/,
  );
  assert.equal(await signals('uid', 'nginx'), 0);
});

test('a pod that does not share its process namespace says so', async () => {
  await aPod('alone', { containers: [nginx('nginx', true)], shared: false });
  const refused = await assign(page('v2'), { attempt: '2.1', epoch: [1, 2], containerId: await containerIdOf('alone', 'nginx') });
  assert.equal(because(refused), 'no process named nginx runs in container nginx: set shareProcessNamespace: true in the pod');
});

type Wanted = { readonly containers: readonly object[]; readonly sidecarUid?: number; readonly shared?: boolean };

/** Booted on v1: its app's containers run. The IP. */
async function aPod(name: string, { containers, sidecarUid = 101, shared = true }: Wanted): Promise<string> {
  const sidecar = {
    name: 'fleet-reload',
    image: 'localhost/fleet-reload-sidecar:dev',
    restartPolicy: 'Always',
    env: [{ name: 'FLEETRELOAD_OPERATOR', value: operator.address }],
    startupProbe: { httpGet: { path: '/startup', port: 9902 }, periodSeconds: 1, failureThreshold: 600 },
    securityContext: { ...locked, runAsUser: sidecarUid },
    volumeMounts: [
      { name: 'web', mountPath: '/fleet/files/configmaps/web' },
      { name: 'state', mountPath: '/fleet/state' },
      { name: 'token', mountPath: '/fleet/token' },
      { name: 'ca', mountPath: '/fleet/ca' },
    ],
  };
  const token = { serviceAccountToken: { audience: 'fleetreload.dev', path: 'token' } };
  const volumes = [
    { name: 'web', emptyDir: { medium: 'Memory' } },
    { name: 'none', emptyDir: {} },
    { name: 'tmp', emptyDir: {} },
    { name: 'tmp2', emptyDir: {} },
    { name: 'state', emptyDir: {} },
    { name: 'token', projected: { sources: [token] } },
    { name: 'ca', configMap: { name: 'fleetreload-ca', optional: true } },
  ];
  const securityContext = { runAsNonRoot: true, runAsUser: 101, runAsGroup: 101, fsGroup: 101, seccompProfile: { type: 'RuntimeDefault' } };
  const spec = {
    shareProcessNamespace: shared,
    terminationGracePeriodSeconds: 1,
    securityContext,
    initContainers: [sidecar],
    containers,
    volumes,
  };
  await podsAreLetIn(namespace);
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec });
  assert.equal((await operator.next('hello')).running, null);
  const booted = await assign(page('v1'), {});
  assert.equal(booted.outcome.kind === 'applied' && booted.outcome.proof, 'Booted');
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s']);
  return kubectl(['-n', namespace, 'get', 'pod', name, '-o', 'jsonpath={.status.podIP}']);
}

const locked = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

/** The other one has no config at all, and so no port. */
function nginx(name: string, hasConfig: boolean): object {
  return {
    name,
    image: 'localhost/nginx:1',
    ...(hasConfig ? { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } } : {}),
    securityContext: locked,
    volumeMounts: [
      { name: hasConfig ? 'web' : 'none', mountPath: '/etc/nginx/conf.d', readOnly: true },
      { name: hasConfig ? 'tmp' : 'tmp2', mountPath: '/tmp' },
    ],
  };
}

function page(version: string, more = ''): Bytes {
  return { 'configmaps/web': { 'default.conf': `server { listen 8080; ${more} location / { return 200 "${version}"; } }\n` } };
}

/** To the pod that dialled last. */
async function assign(bytes: Bytes, more: Partial<Assign>): Promise<Ack> {
  const handle = { kind: 'signal', signal: 'SIGHUP', process: 'nginx', container: 'nginx', verify: { kind: 'workers' } } as const;
  operator.assign(anAssignment(bytes, { handle, timeoutMs: 3000, ...more }), bytes);
  return operator.next('ack');
}

function because({ outcome }: Ack): string {
  return outcome.kind === 'refused' ? outcome.because : '';
}

async function containerIdOf(pod: string, container: string): Promise<string> {
  const path = `jsonpath={.status.containerStatuses[?(@.name=="${container}")].containerID}`;
  return (await kubectl(['-n', namespace, 'get', 'pod', pod, '-o', path])).replace('containerd://', '');
}

async function signals(pod: string, container: string): Promise<number> {
  return (await kubectl(['-n', namespace, 'logs', pod, '-c', container])).split('signal 1 (SIGHUP) received').length - 1;
}

function serves(ip: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: ip, port: 8080, agent: false }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
}

function apply(...objects: readonly object[]): Promise<string> {
  return kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}

/** Pods reach the machine at the first address of the network whose second one is the API server's. */
function machine(): string {
  assert.ok(process.env.KUBECONFIG, 'set KUBECONFIG, KUBECTL and CLUSTER: see test/cluster/up.sh');
  const server = /server: "?https:\/\/(\d+\.\d+\.\d+)\.2:/.exec(readFileSync(process.env.KUBECONFIG, 'utf8'));
  assert.ok(server?.[1], 'KUBECONFIG names no cluster of test/cluster');
  return `${server[1]}.1`;
}
