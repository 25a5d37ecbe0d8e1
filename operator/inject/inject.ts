import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { type Source, sourcesOf } from '../../crds/source.ts';
import { SIDECAR_CONTAINER } from '../kube/pods.ts';
import { claimOf } from './claim.ts';
import { filledBy } from './filled.ts';
import { type Found, foundIn } from './found.ts';
import { identityOf } from './identity.ts';
import { withMountPoints } from './mount-points.ts';
import { readOnly } from './mounts.ts';
import { inMemory, ownVolumes } from './own-volumes.ts';
import type { Container, Pod, User } from './pod.ts';
import { refusalOf } from './refusal.ts';
import { fillingToo, type InjectOptions, sidecarFor } from './sidecar.ts';

export type { Pod } from './pod.ts';
export type { InjectOptions } from './sidecar.ts';

export type Injection =
  /** Nothing to do with us. */
  | { readonly kind: 'none'; readonly because: string }
  /** A policy selects the pod, and the sidecar cannot own its files. */
  | { readonly kind: 'refused'; readonly policy: string; readonly because: string }
  | { readonly kind: 'injected'; readonly policy: string; readonly pod: Pod };

/** On a pod: `false` keeps it as it is; whether only those with `true` are looked at is for the caller to say. */
export const LABEL = 'fleetreload.dev/inject';

/**
 * Gives a pod the sidecar, and with it the volumes that show sources of the policy. Run again on what comes out it changes nothing, and takes up
 * what others have added since. `policies`: those of the pod's namespace.
 */
export function inject(pod: Pod, policies: readonly ReloadPolicy[], options: InjectOptions): Injection {
  const labels = pod.metadata?.labels ?? {};
  if (labels[LABEL] === 'false') return { kind: 'none', because: `the label ${LABEL} is "false"` };
  const claim = claimOf(labels, policies);
  if (claim === null) return { kind: 'none', because: 'no ReloadPolicy selects the pod' };
  const found = foundIn(pod);
  if (found.kind === 'byHand')
    return { kind: 'none', because: `the manifest has the container ${SIDECAR_CONTAINER} already, written by hand` };

  const sources = sourcesOf(claim.spec.sources);
  const refused = (because: string): Injection => ({ kind: 'refused', policy: claim.metadata.name, because });
  const because = refusalOf({ pod, sources, handle: claim.spec.handle, found, operator: options.operator });
  if (because !== null) return refused(because);
  const identity = identityOf(pod, claim.spec.handle);
  if (identity.kind === 'refused') return refused(identity.because);
  return { kind: 'injected', policy: claim.metadata.name, pod: withSidecar({ pod, claim, sources, found, user: identity.user, options }) };
}

type Injected = {
  readonly pod: Pod;
  readonly claim: ReloadPolicy;
  readonly sources: readonly Source[];
  readonly found: Found;
  readonly user: User;
  readonly options: InjectOptions;
};

function withSidecar({ pod, claim, sources, found, user, options }: Injected): Pod {
  const { spec } = pod;
  const filled = filledBy(sources, pod);
  const before = found.kind === 'injected' ? found.filled : [];
  const all = withMountPoints([...before, ...filled], pod);
  const sidecar = found.kind === 'injected' ? fillingToo(found, all) : sidecarFor(pod, all, sources, user, options);
  const names = new Set(all.map(({ name }) => name));
  const mayRead = (container: Container) => readOnly(container, names);
  return {
    ...pod,
    spec: {
      ...spec,
      ...(claim.spec.handle.signal && { shareProcessNamespace: true }),
      // First of all: whoever reads the config after it finds its files.
      initContainers: [sidecar, ...(spec.initContainers ?? []).filter(({ name }) => name !== SIDECAR_CONTAINER).map(mayRead)],
      containers: spec.containers.map(mayRead),
      volumes: [
        ...(spec.volumes ?? []).map((volume) => (filled.some(({ name }) => name === volume.name) ? inMemory(volume) : volume)),
        ...(found.kind === 'injected' ? [] : ownVolumes(sources)),
      ],
    },
  };
}
