import type { World } from '../world.ts';

/** As much of a pod as may name a ConfigMap or a Secret. */
type PodSpec = {
  readonly volumes?: readonly (Volume & { readonly projected?: { readonly sources?: readonly Volume[] } })[];
  readonly initContainers?: readonly Container[];
  readonly containers?: readonly Container[];
};
type Volume = {
  readonly configMap?: { readonly name?: string };
  readonly secret?: { readonly secretName?: string; readonly name?: string };
};
type Container = {
  readonly envFrom?: readonly { readonly configMapRef?: Ref; readonly secretRef?: Ref }[];
  readonly env?: readonly { readonly valueFrom?: { readonly configMapKeyRef?: Ref; readonly secretKeyRef?: Ref } }[];
};
type Ref = { readonly name?: string };

const PAGE = 500;

/** Every ConfigMap and Secret that a pod of the namespace mounts, or takes its environment from: `ConfigMap/NAME`. */
export async function mountedIn(namespace: string, { kube }: Pick<World, 'kube'>): Promise<ReadonlySet<string>> {
  const mounted = new Set<string>();
  let next: string | undefined;
  do {
    const page = await kube.list<{ readonly spec?: PodSpec }>(`/api/v1/namespaces/${namespace}/pods`, {
      query: { limit: PAGE, continue: next },
    });
    for (const { spec } of page.items) for (const name of namesIn(spec ?? {})) mounted.add(name);
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return mounted;
}

function namesIn({ volumes = [], initContainers = [], containers = [] }: PodSpec): readonly string[] {
  const ofVolumes = volumes.flatMap((volume) => [volume, ...(volume.projected?.sources ?? [])]);
  const ofContainers = [...initContainers, ...containers].flatMap(({ env = [], envFrom = [] }) => [
    ...envFrom.map(({ configMapRef, secretRef }) => ({ configMap: configMapRef, secret: secretRef })),
    ...env.map(({ valueFrom }) => ({ configMap: valueFrom?.configMapKeyRef, secret: valueFrom?.secretKeyRef })),
  ]);
  return [
    ...ofVolumes.flatMap(({ configMap, secret }) => [
      ['ConfigMap', configMap?.name] as const,
      ['Secret', secret?.secretName ?? secret?.name] as const,
    ]),
    ...ofContainers.flatMap(({ configMap, secret }) => [['ConfigMap', configMap?.name] as const, ['Secret', secret?.name] as const]),
  ].flatMap(([kind, name]) => (name === undefined ? [] : [`${kind}/${name}`]));
}
