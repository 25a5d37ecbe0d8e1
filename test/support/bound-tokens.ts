import { randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Kube } from '../../operator/kube/client.ts';
import { AUDIENCE } from '../../sidecar/protocol.ts';
import { until } from './until.ts';

/* Pods' tokens, made by the real API server and reviewed by it. The pods are never scheduled: a token is bound to the object. */

export type BoundPod = { readonly namespace: string; readonly name: string; readonly uid: string };

/** What a token is bound to. */
export type Bound = { readonly kind: 'Pod' | 'Secret' | 'Node'; readonly name: string; readonly uid: string };

export async function makeNamespace(kube: Kube, name: string): Promise<void> {
  await kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
  await until(`${name} has its ServiceAccount`, async () => (await kube.get(account)) !== null);
}

export async function makePod(kube: Kube, namespace: string, name = `web-${randomBytes(3).toString('hex')}`): Promise<BoundPod> {
  const { metadata } = await kube.create<{ readonly metadata: { readonly uid: string } }>(`/api/v1/namespaces/${namespace}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeSelector: { 'fleetreload.dev/no-such-node': '' }, containers: [{ name: 'app', image: 'localhost/pause:1' }] },
  });
  return { namespace, name, uid: metadata.uid };
}

export async function removePod(kube: Kube, { namespace, name }: BoundPod): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  await kube.remove(path, { gracePeriodSeconds: 0 });
  await until(`${name} is gone`, async () => (await kube.get(path)) === null);
}

/** As the kubelet asks for a projected token. */
export async function tokenOf(kube: Kube, namespace: string, bound: Bound | null, audience = AUDIENCE): Promise<string> {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [audience], expirationSeconds: 600, ...(bound && { boundObjectRef: { apiVersion: 'v1', ...bound } }) },
  };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`;
  return (await kube.create<{ readonly status: { readonly token: string } }>(path, body)).status.token;
}

export function tokenOfPod(kube: Kube, { namespace, name, uid }: BoundPod, audience = AUDIENCE): Promise<string> {
  return tokenOf(kube, namespace, { kind: 'Pod', name, uid }, audience);
}

/** With other claims, and signed by the cluster's own key, which lies beside the kubeconfig. */
export function resigned(token: string, change: (claims: Record<string, object>) => object): string {
  const key = readFileSync(`${dirname(process.env['KUBECONFIG'] ?? '')}/pki/sa.key`);
  const [head = '', body = ''] = token.split('.');
  const claims = change(JSON.parse(Buffer.from(body, 'base64url').toString()));
  const signed = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
