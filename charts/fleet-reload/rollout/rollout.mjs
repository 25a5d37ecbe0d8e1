// `helm test`: an edit of a ConfigMap reaches two pods in two waves. NAMESPACE has the policy, the ConfigMap and a Deployment without pods.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { NAMESPACE } = process.env;
const token = readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
const OURS = `/apis/fleetreload.dev/v1alpha1/namespaces/${NAMESPACE}`;
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const policy = () => ask('GET', `${OURS}/reloadpolicies/app`);

// A pod that starts before the namespace has the CA would wait for its kubelet's next look.
await until(`the operator has put its CA into ${NAMESPACE}`, () => ask('GET', `${CORE}/configmaps/fleetreload-ca`));
await ask('PATCH', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/app/scale`, { spec: { replicas: 2 } });
await until('two pods have the sidecar, and are connected to the operator', async () => {
  const { status } = await policy();
  return status?.phase === 'Healthy' && status.members?.connected === 2 && (await versions()).every((version) => version === 'v1');
});

await ask('PATCH', `${CORE}/configmaps/app`, { data: { version: 'v2' } });
await until('the edit is rolled out', async () => (await reload())?.status?.outcome);
const { metadata, status } = await reload();
if (status.outcome !== 'Succeeded') fail(`${metadata.name} ended ${status.outcome}: ${status.because}`);
const running = await versions();
if (running.length !== 2 || running.some((version) => version !== 'v2')) fail(`the apps run ${running.join(', ')}, not v2`);
console.log(`${metadata.name} ${status.outcome}: both apps run v2, after ${status.waves.length} waves`);

async function reload() {
  return (await ask('GET', `${OURS}/reloads`)).items[0];
}

async function versions() {
  const { items } = await ask('GET', `${CORE}/pods`);
  return Promise.all(items.map(async (pod) => (await fetch(`http://${hostOf(pod.status.podIP)}:8080`)).text()));
}

function hostOf(address = '') {
  return address.includes(':') ? `[${address}]` : address;
}

/** What is not there yet is undefined. */
async function ask(method, path, body) {
  const response = await fetch(`https://kubernetes.default.svc${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
    body: body && JSON.stringify(body),
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** When it is so. Otherwise we say what the policy says: why it does not go on. */
async function until(what, isSo) {
  for (let tries = 0; tries < 90; tries += 1) {
    try {
      if (await isSo()) return console.log(what);
    } catch (error) {
      console.log(error.message);
    }
    await sleep(1000);
  }
  const { conditions = [] } = (await policy())?.status ?? {};
  fail(`waited in vain until ${what}. The policy says: ${conditions.find(({ type }) => type === 'Ready')?.message ?? 'nothing'}`);
}

function fail(because) {
  console.error(because);
  process.exit(1);
}
