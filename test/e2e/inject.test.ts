/** Pods that know nothing of us but a label: what becomes of them when they are made, and what when nobody could be asked. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { issue, makeAuthority } from '../../operator/link/certificates.ts';
import { type Pod, pidOf, restartsOf } from '../support/containers.ts';
import { each, type Fleet, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { applyOperator, SYSTEM } from '../support/operator.ts';
import { INJECT, plainFleet } from '../support/plain-fleet.ts';
import { stays } from '../support/stays.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-inject',
    plainFleet(
      nginxFleet({
        replicas: 3,
        waves: [
          { upTo: 1, bake: '2s' },
          { upTo: '100%', bake: '0s' },
        ],
        maxUnavailable: 2,
      }),
    ),
    cluster,
    operator,
  ),
);

story('a Deployment that mounts its ConfigMap is injected: its pods boot on the files, and a rollout reaches them', async (fleet) => {
  for (const pod of fleet.pods()) assert.ok(hasSidecar(pod), pod.metadata.name);
  await fleet.serves('v1');
  const old = fleet.told();
  const reload = await fleet.rollOut(page('v2'));
  assert.equal(reload.status?.outcome, 'Succeeded');
  await fleet.serves('v2');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story(
  'what cannot be injected runs as it is: its maker is warned, one Event says why, and the policy names who is left alone',
  async (fleet) => {
    const old = fleet.told();
    const warned = await complaintsOf(['apply', '-n', fleet.namespace, '-f', '-'], aPod('odd-0', BY_SUB_PATH));
    assert.match(warned, /^Warning: fleet-reload leaves this pod as it is: .*subPath/m);
    await kubectl(['apply', '-n', fleet.namespace, '-f', '-'], aPod('odd-1', BY_SUB_PATH));

    const { members } = await fleet.until('both are counted', (it) => it.members?.total === 5 && it.members.managed === 3);
    assert.equal(members?.connected, 3);
    assert.match(messageOf(fleet), /Without the sidecar, and so left alone: odd-0, odd-1$/);
    for (const name of ['odd-0', 'odd-1']) assert.equal(hasSidecar(fleet.pod(name)), false);
    await until('they run', () => ['odd-0', 'odd-1'].every((name) => fleet.pod(name).status?.podIP !== undefined));
    const events = (await fleet.events()).filter(({ reason }) => reason === 'InjectionRefused');
    assert.equal(events.length, 1, JSON.stringify(events));
    assert.match(events[0]?.message ?? '', /^pod odd-\d runs without the sidecar: .*subPath/);

    const reload = await fleet.rollOut(page('v3'));
    assert.equal(reload.status?.outcome, 'Succeeded');
    const told = since(old, fleet.told());
    for (const name of Object.keys(old)) assert.equal(told[name], 1);
    await kubectl(['delete', 'pod', '-n', fleet.namespace, 'odd-0', 'odd-1', '--grace-period=1']);
    await fleet.whole(3);
  },
);

story('a pod that asks for injection and that no policy selects: its maker is told', async ({ namespace }) => {
  const stranger = JSON.stringify({ ...JSON.parse(aPod('stranger')), metadata: { name: 'stranger', labels: { app: 'other', ...INJECT } } });
  const warned = await complaintsOf(['create', '-n', namespace, '--dry-run=server', '-f', '-'], stranger);
  assert.match(warned, /^Warning: fleet-reload leaves this pod as it is: no ReloadPolicy selects the pod$/m);
});

story('a pod that is made right behind its policy is injected, whichever replica is asked', async ({ namespace, cluster: { kube } }) => {
  const [pod, policies] = [JSON.parse(aPod('quick')), `/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloadpolicies`];
  const web = await kube.get<{ readonly spec: object }>(`${policies}/web`);
  for (let i = 0; i < 20; i++) {
    const labels = { app: `quick-${i}`, ...INJECT };
    const metadata = { name: `quick-${i}`, namespace };
    const spec = { ...web?.spec, targets: { selector: { matchLabels: { app: labels.app } } } };
    await kube.create(policies, { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata, spec });
    const made = await kube.create<Pod>(
      `/api/v1/namespaces/${namespace}/pods`,
      { ...pod, metadata: { name: 'quick', labels } },
      { query: { dryRun: 'All' } },
    );
    assert.ok(hasSidecar(made), `of policy ${i}`);
    await kube.remove(`${policies}/quick-${i}`);
  }
});

story('a dry run is answered as it would be, and leaves nothing behind', async (fleet) => {
  const before = await fleet.events();
  assert.ok(await isInjected(fleet));
  const odd = aPod('odd-2', { ...BY_SUB_PATH, subPath: undefined, subPathExpr: 'default.conf' });
  assert.match(await complaintsOf(['create', '-n', fleet.namespace, '--dry-run=server', '-f', '-'], odd), /^Warning: .*subPath/m);
  assert.deepEqual(await fleet.events(), before);
});

story('nobody could be asked: the pod starts as it is, and the policy names it when the operator is back', async (fleet) => {
  await kubectl(['scale', '-n', SYSTEM, 'deployment/fleet-reload', '--replicas=0']);
  // While they end, they answer.
  await kubectl(['wait', '--for=delete', 'pod', '-n', SYSTEM, '-l', 'app.kubernetes.io/name=fleet-reload', '--timeout=60s']);
  await kubectl(['apply', '-n', fleet.namespace, '-f', '-'], aPod('late'));
  await until('it is there', () => fleet.pods().length === 4);
  assert.equal(hasSidecar(fleet.pod('late')), false);

  await kubectl(['scale', '-n', SYSTEM, 'deployment/fleet-reload', '--replicas=2']);
  await fleet.operator.settle();
  await fleet.until('it is counted', ({ members }) => members?.total === 4 && members.managed === 3 && members.connected === 3);
  assert.match(messageOf(fleet), /Without the sidecar, and so left alone: late$/);
  const reload = await fleet.rollOut(page('v4'));
  assert.equal(reload.status?.outcome, 'Succeeded');
  // Made again, it is injected.
  await kubectl(['replace', '--force', '--grace-period=1', '-n', fleet.namespace, '-f', '-'], aPod('late'));
  await fleet.whole(4);
  await fleet.until('nobody is left alone', ({ members }) => members?.managed === 4);
  assert.doesNotMatch(messageOf(fleet), /Without the sidecar/);
  await kubectl(['delete', 'pod', '-n', fleet.namespace, 'late', '--grace-period=1']);
});

story('whoever writes another CA over ours, or installs again: it is ours within seconds', async (fleet) => {
  const ours = await caBundle();
  assert.notEqual(ours, '');
  await applyOperator();
  assert.equal(await caBundle(), ours);
  await writeCaBundle((await makeAuthority(Date.now())).cert);
  await until('it is ours again', async () => (await caBundle()) === ours);
  await kubectl(['delete', CONFIGURATION, 'fleet-reload']);
  await applyOperator();
  await until('it is ours in the new one', async () => (await caBundle()) === ours);
  await until('pods are injected', () => isInjected(fleet));
});

story('the operator is restarted replica by replica: not one pod is let in as it is meanwhile', async (fleet) => {
  await fleet.operator.settle();
  await kubectl(['rollout', 'restart', '-n', SYSTEM, 'deployment/fleet-reload']);
  let isOver = false;
  const over = kubectl(['rollout', 'status', '-n', SYSTEM, 'deployment/fleet-reload', '--timeout=120s']).then(() => (isOver = true));
  let asked = 0;
  for (; !isOver || asked === 0; asked++) assert.ok(await isInjected(fleet), `pod ${asked} was not`);
  await over;
  // The last of the old ones ends.
  await until('two replicas are there', () => fleet.operator.pods().length === 2, 60_000);
  console.log(`${asked} pods were injected during the restart`);
  await fleet.operator.settle();
});

story('whichever replica is killed, pods are injected', async (fleet) => {
  for (const { metadata } of fleet.operator.pods()) {
    const present = () => fleet.operator.pods().find((it) => it.metadata.name === metadata.name);
    const pod = present();
    assert.ok(pod);
    process.kill(pidOf(pod, 'operator'), 'SIGKILL');
    let missed = 0;
    await until('pods are injected', async () => (await isInjected(fleet)) || !(missed += 1));
    console.log(`${missed} pods would have been let in as they are after ${metadata.name} was killed`);
    // Else both count as Ready still, and the next one is killed before anybody has seen that this one was.
    await until(
      'its kubelet says that it was killed',
      () => restartsOf(present() ?? pod, 'operator') > restartsOf(pod, 'operator'),
      60_000,
    );
    await fleet.operator.settle();
  }
});

story('cert-manager’s certificate in place of ours: the webhook is served by it, and its CA is left alone', async (fleet) => {
  const ours = await caBundle();
  const theirs = await makeAuthority(Date.now());
  const { cert, key } = await issue(theirs, [`fleet-reload-webhook.${SYSTEM}.svc`], Date.now());
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'fleet-reload-webhook', namespace: SYSTEM },
  };
  await kubectl(['apply', '-f', '-'], JSON.stringify({ ...secret, data: { 'tls.crt': base64(cert), 'tls.key': base64(key) } }));
  // cert-manager itself is not here: what it would do is done by this test.
  const kinds = CERT_MANAGER.map((kind) => JSON.stringify(definition(kind))).join('\n---\n');
  await kubectl(['apply', '-f', '-'], kinds);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', '-'], kinds);
  await applyOperator(['injection.certManager.enabled=true']);
  await fleet.operator.settle();
  await writeCaBundle(theirs.cert);
  await until('pods are injected', () => isInjected(fleet));
  await stays('their CA is left alone', async () => (await caBundle()) === base64(theirs.cert), 2_000);

  await applyOperator();
  await fleet.operator.settle();
  await until('it is ours again', async () => (await caBundle()) === ours);
  await kubectl(['delete', '-f', '-'], kinds);
});

story('the operator may write to no other webhook configuration', async () => {
  const as = `system:serviceaccount:${SYSTEM}:fleet-reload`;
  const can = (what: string) =>
    kubectl(['auth', 'can-i', 'patch', what, '--as', as]).then(
      () => true,
      () => false,
    );
  assert.equal(await can(`${CONFIGURATION}/fleet-reload`), true);
  assert.equal(await can(`${CONFIGURATION}/other`), false);
  assert.equal(await can('validatingwebhookconfigurations.admissionregistration.k8s.io/fleet-reload'), false);
});

const CONFIGURATION = 'mutatingwebhookconfigurations.admissionregistration.k8s.io';

const CERT_MANAGER = ['Issuer', 'Certificate'];

/** A kind of cert-manager's that nobody acts on. */
function definition(kind: string): object {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cert-manager.io` },
    spec: {
      group: 'cert-manager.io',
      names: { kind, plural },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

const BY_SUB_PATH = { mountPath: '/etc/nginx/conf.d/default.conf', subPath: 'default.conf' };

function caBundle(): Promise<string> {
  return kubectl(['get', CONFIGURATION, 'fleet-reload', '-o', 'jsonpath={.webhooks[0].clientConfig.caBundle}']);
}

async function writeCaBundle(pem: string): Promise<void> {
  const value = Buffer.from(pem).toString('base64');
  await kubectl([
    'patch',
    CONFIGURATION,
    'fleet-reload',
    '--type=json',
    '-p',
    JSON.stringify([{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value }]),
  ]);
}

/** A pod that is only tried. */
async function isInjected(fleet: Fleet): Promise<boolean> {
  const made = await fleet.cluster.kube.create<Pod>(`/api/v1/namespaces/${fleet.namespace}/pods`, JSON.parse(aPod('tried')), {
    query: { dryRun: 'All' },
  });
  return hasSidecar(made);
}

function hasSidecar(pod: object): boolean {
  const { spec } = pod as { readonly spec: { readonly initContainers?: readonly { readonly name: string }[] } };
  return (spec.initContainers ?? []).some(({ name }) => name === 'fleet-reload');
}

function messageOf(fleet: Fleet): string {
  return fleet.status().conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
}

/** One more nginx beside the Deployment's. */
function aPod(name: string, mount: object = {}): string {
  const locked = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web', ...INJECT } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 101, runAsGroup: 101, fsGroup: 101, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'nginx',
          image: 'localhost/nginx:1',
          securityContext: locked,
          volumeMounts: [
            { name: 'web-config', mountPath: '/etc/nginx/conf.d', ...mount },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
      volumes: [
        { name: 'web-config', configMap: { name: 'web-config' } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  });
}

/** What kubectl complains of although it does what it is told. */
function complaintsOf(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.env.KUBECTL ?? 'kubectl', args, (error, _stdout, stderr) =>
      error === null ? resolve(stderr) : reject(error),
    );
    child.stdin?.end(input);
  });
}
