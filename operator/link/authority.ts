import { isKube, isRefused } from '../kube/errors.ts';
import { type Authority, certificatesIn, faultOf, makeAuthority } from './certificates.ts';

/** The verbs of the API server that are needed here; `operator/kube/client.ts` has them. */
export type Kube = {
  readonly get: <T>(path: string) => Promise<T | null>;
  readonly create: <T>(path: string, body: object) => Promise<T>;
  readonly replace: <T>(path: string, body: object) => Promise<T>;
};

/** The CA that signs, and the PEMs that members are told to trust: more than one while a CA is changed. */
export type Trusted = { readonly authority: Authority; readonly bundle: string };

export const CA_SECRET = 'fleet-reload-ca';
export const CA_CONFIG_MAP = 'fleetreload-ca';
const CA_KEY = 'ca.crt';
const LABELS = { 'app.kubernetes.io/managed-by': 'fleet-reload' };

/**
 * Reads the CA from the operator's own namespace, or makes it where there is none; of two replicas that make one, both take the first.
 * To change the CA without a gap: write `ca.crt` with old and next, wait for the members, then `tls.crt` and `tls.key`, then `ca.crt` with the next alone.
 */
export async function keepAuthority(kube: Kube, namespace: string, now: number): Promise<Trusted> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const found = await kube.get<Secret>(`${path}/${CA_SECRET}`);
  if (found) return trustedOf(found, namespace, now);
  try {
    return trustedOf(await kube.create<Secret>(path, secretOf(await makeAuthority(now), namespace)), namespace, now);
  } catch (error) {
    if (!isKube(error, 'AlreadyExists')) throw error;
    const first = await kube.get<Secret>(`${path}/${CA_SECRET}`);
    if (!first) throw error;
    return trustedOf(first, namespace, now);
  }
}

/** Puts the bundle where a namespace's pods mount it. One read; a write only where it differs. Null, or a sentence where the API server refuses it. */
export async function publishCa(kube: Kube, namespace: string, bundle: string): Promise<string | null> {
  try {
    await writeCa(kube, namespace, bundle);
    return null;
  } catch (error) {
    if (isRefused(error)) return `ConfigMap ${CA_CONFIG_MAP} could not be written: ${error.message}`;
    throw error;
  }
}

async function writeCa(kube: Kube, namespace: string, bundle: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const found = await kube.get<ConfigMap>(`${path}/${CA_CONFIG_MAP}`);
  if (found?.data?.[CA_KEY] === bundle) return;
  const body = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: CA_CONFIG_MAP, namespace, labels: LABELS },
    data: { [CA_KEY]: bundle },
  };
  try {
    if (!found) await kube.create(path, body);
    // With its resourceVersion: whoever wrote in between is looked at again in the next pass.
    else
      await kube.replace(`${path}/${CA_CONFIG_MAP}`, {
        ...body,
        metadata: { ...found.metadata, labels: { ...found.metadata.labels, ...LABELS } },
      });
  } catch (error) {
    if (!isKube(error, 'AlreadyExists')) throw error;
    await writeCa(kube, namespace, bundle);
  }
}

type Metadata = { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
type Secret = { readonly metadata: Metadata; readonly data?: Readonly<Record<string, string>> };
type ConfigMap = { readonly metadata: Metadata; readonly data?: Readonly<Record<string, string>> };

function trustedOf({ data = {} }: Secret, namespace: string, now: number): Trusted {
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  const [cert = ''] = certificatesIn(text('tls.crt'));
  const authority = { cert, key: text('tls.key') };
  const fault = faultOf(authority, now);
  if (fault)
    throw new Error(
      `Secret ${namespace}/${CA_SECRET}: ${fault}. Put a CA there, or delete it: then a new one is made, and members dial again once they have it`,
    );
  return { authority, bundle: certificatesIn(text('tls.crt') + text(CA_KEY)).join('') };
}

function secretOf({ cert, key }: Authority, namespace: string) {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: CA_SECRET, namespace, labels: LABELS },
    data: { 'tls.crt': base64(cert), 'tls.key': base64(key), [CA_KEY]: base64(cert) },
  };
}
