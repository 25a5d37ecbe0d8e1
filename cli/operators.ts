import { isKube } from '../operator/kube/errors.ts';
import { pathOf } from '../operator/kube/paths.ts';
import type { Cluster } from './cluster.ts';

/** Where it is looked for by whoever may not look everywhere. */
export const USUAL = 'fleet-reload-system';

const LABELS = 'app.kubernetes.io/name=fleet-reload';
const DEPLOYMENTS = { apiVersion: 'apps/v1', plural: 'deployments' };

/** An operator as it is installed, whatever its release is called. */
export type Operator = {
  readonly namespace: string;
  readonly name: string;
  readonly version: string | null;
  readonly image: string;
  readonly sidecarImage: string | null;
  readonly lease: string;
  readonly webhook: string;
  /** Where it looks for policies, and where these may name Secrets; null: in all. */
  readonly namespaces: readonly string[] | null;
  readonly secretsIn: readonly string[] | null;
  /** Replicas that are Ready, of so many. */
  readonly ready: number;
  readonly replicas: number;
};

/** By the labels of its Deployment: of that namespace, or of all; of the usual one where all may not be looked at. */
export async function operatorsIn({ kube }: Cluster, system?: string): Promise<readonly Operator[]> {
  const found = async (namespace?: string) => {
    const at = pathOf(DEPLOYMENTS, namespace === undefined ? {} : { namespace });
    return (await kube.list<Deployment>(at, { query: { labelSelector: LABELS } })).items.flatMap((it) => operatorOf(it) ?? []);
  };
  if (system !== undefined) return await found(system);
  try {
    return await found();
  } catch (error) {
    if (!isKube(error, 'Forbidden')) throw error;
    return await found(USUAL);
  }
}

/** The namespace of the operator: a freeze of that one is a freeze of all. The usual one where nobody may say. */
export async function systemOf(cluster: Cluster): Promise<string> {
  const [operator] = await operatorsIn(cluster).catch(() => []);
  return operator?.namespace ?? USUAL;
}

type Container = { readonly name: string; readonly image?: string; readonly args?: readonly string[] };
export type Deployment = {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: { readonly containers: readonly Container[] };
    };
  };
  readonly status?: { readonly readyReplicas?: number };
};

/** Null for what only bears its labels, such as the app that `helm test` rolls out to. */
export function operatorOf({ metadata, spec, status }: Deployment): Operator | null {
  const container = spec.template.spec.containers.find(({ name }) => name === 'operator');
  if (!container) return null;
  const said = (flag: string) => container.args?.find((arg) => arg.startsWith(`--${flag}=`))?.slice(flag.length + 3);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    version: metadata.labels?.['app.kubernetes.io/version'] ?? null,
    image: container.image ?? '',
    sidecarImage: said('sidecar-image') ?? null,
    lease: said('lease') ?? 'fleet-reload',
    webhook: said('webhook-configuration') ?? 'fleet-reload',
    namespaces: namesIn(said('namespaces') || '*'),
    secretsIn: namesIn(said('secrets-in') ?? '*'),
    ready: status?.readyReplicas ?? 0,
    replicas: spec.replicas ?? 1,
  };
}

function namesIn(text: string): readonly string[] | null {
  return text === '*' ? null : text.split(',').filter((name) => name !== '');
}
