import type { KubeObject } from './watch-events.ts';

/** What the operator keeps of a pod: about half a kilobyte. */
export type Pod = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: 'Pending' | 'Running' | 'ended';
  readonly terminating: boolean;
  readonly bornAt: number;
  /** The name of the node that it is bound to. */
  readonly node: string | null;
  readonly ip: string | null;
  /** `Deployment web`: the controller that replaces it by another one when its template changes; null for others, and for none. */
  readonly owner: string | null;
  /** Which template of its owner it was made from. */
  readonly templateHash: string | null;
  /** It has our sidecar. */
  readonly managed: boolean;
  /** The app's containers; not the init containers, of which our sidecar is one. */
  readonly containers: readonly Container[];
};

export type Container = {
  readonly name: string;
  readonly ready: boolean;
  /** Without the runtime's prefix; null where it does not run. */
  readonly id: string | null;
  readonly startedAt: number | null;
};

/** The name of the sidecar's container, in every pod that has one. */
export const SIDECAR_CONTAINER = 'fleet-reload';

export type RawPod = KubeObject & {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly controller?: boolean }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly initContainers?: readonly { readonly name: string }[];
    readonly containers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready: boolean;
      readonly containerID?: string;
      readonly state?: { readonly running?: { readonly startedAt?: string } };
    }[];
  };
};

export function stripPod({ metadata, spec, status }: RawPod): Pod {
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    phase: status?.phase === 'Running' ? 'Running' : status?.phase === 'Succeeded' || status?.phase === 'Failed' ? 'ended' : 'Pending',
    terminating: metadata.deletionTimestamp !== undefined,
    bornAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
    node: spec?.nodeName ?? null,
    ip: status?.podIP ?? null,
    ...ownerOf(metadata),
    managed: [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some(({ name }) => name === SIDECAR_CONTAINER),
    containers: (status?.containerStatuses ?? [])
      .filter(({ name }) => name !== SIDECAR_CONTAINER)
      .map((container) => {
        const startedAt = container.state?.running?.startedAt;
        return {
          name: container.name,
          ready: container.ready,
          id: startedAt === undefined ? null : (container.containerID?.replace(/^[a-z-]+:\/\//, '') ?? null),
          startedAt: startedAt === undefined ? null : Date.parse(startedAt),
        };
      }),
  };
}

function ownerOf({ labels = {}, ownerReferences = [] }: RawPod['metadata']): Pick<Pod, 'owner' | 'templateHash'> {
  const controller = ownerReferences.find((it) => it.controller === true);
  const { 'pod-template-hash': ofReplicaSet, 'controller-revision-hash': ofOthers } = labels;
  // A Deployment is known by the name of its ReplicaSet, which ends with the hash: what we may read are pods alone.
  if (controller?.kind === 'ReplicaSet' && ofReplicaSet !== undefined && controller.name.endsWith(`-${ofReplicaSet}`))
    return { owner: `Deployment ${controller.name.slice(0, -ofReplicaSet.length - 1)}`, templateHash: ofReplicaSet };
  if ((controller?.kind === 'StatefulSet' || controller?.kind === 'DaemonSet') && ofOthers !== undefined)
    return { owner: `${controller.kind} ${controller.name}`, templateHash: ofOthers };
  return { owner: null, templateHash: null };
}
