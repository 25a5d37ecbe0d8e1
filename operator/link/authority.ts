import { isKube, isRefused } from '../kube/errors.ts';
import { alive, bundleOf, CA_KEY, CA_SECRET, type CaSecret, type Kept, LABELS, read, successionOf, write } from './ca-secret.ts';
import { type Authority, faultOf, makeAuthority } from './certificates.ts';
import { nextStep } from './succession.ts';

/** The verbs of the API server that are needed here; `operator/kube/client.ts` has them. */
export type Kube = {
  readonly get: <T>(path: string) => Promise<T | null>;
  readonly create: <T>(path: string, body: object) => Promise<T>;
  readonly replace: <T>(path: string, body: object) => Promise<T>;
};

/** The CA that signs, and the PEMs that members are told to trust: more than one while a CA is changed. */
export type Trusted = { readonly authority: Authority; readonly bundle: string };

export const CA_CONFIG_MAP = 'fleetreload-ca';

export type Succeeding = {
  /** Since when this leader has told members of the present bundle; null: we do not lead, and change nothing. */
  readonly toldSince: number | null;
  /** How long a CA lives that is made now. Default: ten years. */
  readonly lifeMs?: number | undefined;
};

/**
 * Reads the CA from the operator's own namespace, or makes it where there is none; of two replicas that make one, both take the first.
 * The leader changes it in time: the next one is told to members first, signs when the overlap is over, and the old one is trusted until it expires.
 */
export async function keepAuthority(
  kube: Kube,
  namespace: string,
  now: number,
  { toldSince, lifeMs }: Succeeding = { toldSince: null },
): Promise<Trusted> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  let secret = await kube.get<CaSecret>(`${path}/${CA_SECRET}`);
  secret ??= await create(kube, namespace, await makeAuthority(now, lifeMs));
  for (;;) {
    const kept = read(secret);
    const after = toldSince === null || !kept.ours ? null : await succeeded(kept, toldSince, now, lifeMs);
    if (after === null) return trustedOf(kept, namespace, now);
    // With its resourceVersion: of two leaders, one takes the step, and the other looks again later.
    secret = await kube.replace<CaSecret>(`${path}/${CA_SECRET}`, write(after, namespace, secret));
  }
}

/** As it is after the step that is due; null where none is. */
async function succeeded(kept: Kept, toldSince: number, now: number, lifeMs: number | undefined): Promise<Kept | null> {
  const { authority, next, others } = kept;
  switch (nextStep(successionOf(kept), toldSince, now)) {
    case 'nothing':
      return null;
    case 'make the next':
      return { ...kept, next: { ...(await makeAuthority(now, lifeMs)), since: now } };
    case 'sign with the next':
      if (next === null) return null;
      // Spoilt by hand: another one is made, and told.
      if (faultOf(next, now) !== null) return { ...kept, next: null };
      return { ...kept, authority: { cert: next.cert, key: next.key }, next: null, others: alive([authority.cert, ...others], now) };
    case 'forget the expired':
      return { ...kept, others: alive(others, now) };
  }
}

async function create(kube: Kube, namespace: string, authority: Authority): Promise<CaSecret> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  try {
    return await kube.create<CaSecret>(path, write({ authority, next: null, others: [] }, namespace));
  } catch (error) {
    if (!isKube(error, 'AlreadyExists')) throw error;
    const first = await kube.get<CaSecret>(`${path}/${CA_SECRET}`);
    if (!first) throw error;
    return first;
  }
}

function trustedOf(kept: Kept, namespace: string, now: number): Trusted {
  const fault = faultOf(kept.authority, now);
  if (fault)
    throw new Error(
      `Secret ${namespace}/${CA_SECRET}: ${fault}. Put a CA there, or delete it: then a new one is made, and members dial again once they have it`,
    );
  return { authority: kept.authority, bundle: bundleOf(kept, now) };
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

type ConfigMap = Pick<CaSecret, 'metadata' | 'data'>;
