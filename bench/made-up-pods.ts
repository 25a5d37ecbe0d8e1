import { isKube } from '../operator/kube/errors.ts';
import type { Kube } from '../operator/kube/client.ts';
import { SIDECAR_CONTAINER } from '../operator/kube/pods.ts';
import { AUDIENCE } from '../sidecar/protocol.ts';
import { waitUntil } from './wait-until.ts';

export type MadeUpPod = { readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string } };

/** No kubelet, so that nothing ever runs; grace 0, so that it is gone when it is deleted. */
const NODE = 'made-up';
const REQUESTS_AT_ONCE = 32;

/** A namespace with its ServiceAccount, and once the node that pods are bound to. */
export async function makeNamespace(kube: Kube, name: string): Promise<void> {
  await unlessThere(kube.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } }));
  await unlessThere(kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  await waitUntil(
    `${name} has its ServiceAccount`,
    async () => (await kube.get(`/api/v1/namespaces/${name}/serviceaccounts/default`)) !== null,
  );
}

/** Running and Ready, with our sidecar's container and an app's, through the API server: as large as a small real one. */
export async function makePod(kube: Kube, namespace: string, name: string, labels: Readonly<Record<string, string>>): Promise<MadeUpPod> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const container = (its: string) => ({ name: its, image: 'localhost/none:1', resources: { requests: { cpu: '50m', memory: '64Mi' } } });
  const pod = await kube.create<MadeUpPod>(path, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      nodeName: NODE,
      terminationGracePeriodSeconds: 0,
      initContainers: [{ ...container(SIDECAR_CONTAINER), restartPolicy: 'Always' }],
      containers: [container('app')],
    },
  });
  await kube.patch(`${path}/${name}/status`, { status: ready(container(SIDECAR_CONTAINER), container('app')) }, 'merge');
  return pod;
}

/** The token that the kubelet would mount into the pod. */
export async function tokenOf(kube: Kube, { metadata: { namespace, name, uid } }: MadeUpPod): Promise<string> {
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name, uid };
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [AUDIENCE], expirationSeconds: 3607, boundObjectRef },
  };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`;
  return (await kube.create<{ readonly status: { readonly token: string } }>(path, body)).status.token;
}

/** All of them, a few at a time, in their order. */
export async function each<A, B>(all: readonly A[], work: (one: A, index: number) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < all.length; i = next++) results[i] = await work(all[i] as A, i);
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
  return results;
}

function ready(...containers: readonly { readonly name: string; readonly image: string }[]): object {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const statuses = containers.map(({ name, image }) => ({
    name,
    image,
    imageID: '',
    containerID: `containerd://${name.padEnd(64, '0')}`,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: now } },
  }));
  return {
    phase: 'Running',
    podIP: '172.16.0.1',
    startTime: now,
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: now,
    })),
    initContainerStatuses: statuses.slice(0, 1),
    containerStatuses: statuses.slice(1),
  };
}

export async function unlessThere<T>(making: Promise<T>): Promise<void> {
  await making.catch((error: unknown) => {
    if (!isKube(error, 'AlreadyExists')) throw error;
  });
}
