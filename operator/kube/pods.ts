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
  /** Since when it is not Ready, by its kubelet; null while it is. */
  readonly unreadySince: number | null;
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
  /** The user's own native sidecars, which a handle may name. Absent where there are none. */
  readonly nativeSidecars?: readonly Container[];
};

export type Container = {
  readonly name: string;
  readonly ready: boolean;
  /** Without the runtime's prefix; null where it does not run. */
  readonly id: string | null;
  /** When it started, in ascending order, as far as we saw: a pod's status names the last two, the ones before are kept as they are told. */
  readonly starts: readonly number[];
  /** Where it does not run: when it ended. Null where it runs, or never did. */
  readonly endedAt: number | null;
};

/** More of them are no news: a policy forgives 100 restarts at most. */
const MOST_STARTS = 101;

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
    readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string }[];
    readonly containers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
};

type ContainerStatus = {
  readonly name: string;
  readonly ready: boolean;
  readonly containerID?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
};

/** A container that waits to be started again says only in its lastState when that was. */
type ContainerState = {
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly startedAt?: string; readonly finishedAt?: string };
};

/** `before` is what was kept of the same pod. */
export function stripPod({ metadata, spec, status }: RawPod, before?: Pod): Pod {
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    phase: status?.phase === 'Running' ? 'Running' : status?.phase === 'Succeeded' || status?.phase === 'Failed' ? 'ended' : 'Pending',
    terminating: metadata.deletionTimestamp !== undefined,
    bornAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
    unreadySince: unreadySince(status),
    node: spec?.nodeName ?? null,
    ip: status?.podIP ?? null,
    ...ownerOf(metadata),
    managed: [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some(({ name }) => name === SIDECAR_CONTAINER),
    containers: (status?.containerStatuses ?? [])
      .filter(({ name }) => name !== SIDECAR_CONTAINER)
      .map((its) => containerOf(its, before?.containers)),
    ...nativeSidecarsOf(spec, status, before?.nativeSidecars),
  };
}

function nativeSidecarsOf(spec: RawPod['spec'], status: RawPod['status'], before?: readonly Container[]): Pick<Pod, 'nativeSidecars'> {
  const stay = (spec?.initContainers ?? []).filter(({ name, restartPolicy }) => restartPolicy === 'Always' && name !== SIDECAR_CONTAINER);
  if (stay.length === 0) return {};
  const statusOf = (name: string) => status?.initContainerStatuses?.find((it) => it.name === name) ?? { name, ready: false };
  return { nativeSidecars: stay.map(({ name }) => containerOf(statusOf(name), before)) };
}

function containerOf({ name, ready, containerID, state, lastState }: ContainerStatus, before: readonly Container[] = []): Container {
  return {
    name,
    ready,
    id: idOf(containerID, state),
    starts: startsOf([lastState, state], before.find((it) => it.name === name)?.starts),
    endedAt: state?.running === undefined ? Date.parse((state?.terminated ?? lastState?.terminated)?.finishedAt ?? '') || null : null,
  };
}

function idOf(containerID: string | undefined, state: ContainerState | undefined): string | null {
  return state?.running?.startedAt === undefined ? null : (containerID?.replace(/^[a-z-]+:\/\//, '') ?? null);
}

function unreadySince(status: RawPod['status']): number | null {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  return condition?.status === 'False' ? Date.parse(condition.lastTransitionTime ?? '') || null : null;
}

function startsOf(states: readonly (ContainerState | undefined)[], before: readonly number[] = []): readonly number[] {
  const told = states.flatMap((state) => state?.running?.startedAt ?? state?.terminated?.startedAt ?? []).map((time) => Date.parse(time));
  return [...new Set([...before, ...told])]
    .filter((at) => at > 0)
    .sort((a, b) => a - b)
    .slice(-MOST_STARTS);
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
