import { SIDECAR_CONTAINER } from '../kube/pods.ts';
import type { Source } from '../../crds/source.ts';
import { FILLED, type FilledVolume } from './filled.ts';
import { fileMount, ownMounts } from './own-volumes.ts';
import { allContainers, type Container, type Pod, type User } from './pod.ts';
import { resourcesFor } from './resources.ts';

export type InjectOptions = {
  /** The sidecar's image. */
  readonly image: string;
  /** HOST:PORT of the operator's stream Service. */
  readonly operator: string;
};

const HEALTH_PORT = 9902;

/** The native sidecar for a pod that has none. */
export function sidecarFor(pod: Pod, filled: readonly FilledVolume[], sources: readonly Source[], user: User, options: InjectOptions) {
  const port = healthPort(pod);
  return {
    name: SIDECAR_CONTAINER,
    image: options.image,
    restartPolicy: 'Always',
    env: [
      { name: 'FLEETRELOAD_OPERATOR', value: options.operator },
      { name: FILLED, value: said(filled) },
      ...(port === HEALTH_PORT ? [] : [{ name: 'FLEETRELOAD_HEALTH_PORT', value: String(port) }]),
    ],
    ports: [{ name: 'fleet-reload', containerPort: port }],
    // With no files to start on it waits, and says for what; a restart would not help.
    startupProbe: { httpGet: { path: '/startup', port: 'fleet-reload' }, periodSeconds: 1, failureThreshold: 86_400 },
    resources: resourcesFor(pod, filled),
    securityContext: {
      ...user,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: ownMounts(pod, filled, sources),
  };
}

type Injected = { readonly sidecar: Container; readonly filled: readonly FilledVolume[] };

/** The same sidecar, which fills all of these volumes. Whatever somebody has set on it since stays. */
export function fillingToo({ sidecar, filled }: Injected, all: readonly FilledVolume[]): Container {
  if (said(all) === said(filled)) return sidecar;
  return {
    ...sidecar,
    env: sidecar.env?.map((each) => (each.name === FILLED ? { ...each, value: said(all) } : each)),
    volumeMounts: [...(sidecar.volumeMounts ?? []), ...all.slice(filled.length).map(fileMount)],
  };
}

/** The kubelet would take a $(NAME) in it for a variable. */
function said(filled: readonly FilledVolume[]): string {
  return JSON.stringify(filled).replaceAll('$', '\\u0024');
}

/** The containers of a pod share their ports: the first one from ours up that none of them names. */
function healthPort(pod: Pod): number {
  const taken = new Set(allContainers(pod).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)));
  let port = HEALTH_PORT;
  while (taken.has(port)) port++;
  return port;
}
