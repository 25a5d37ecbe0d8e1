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
  };
  readonly spec?: {
    readonly initContainers?: readonly { readonly name: string }[];
    readonly containers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly phase?: string;
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
