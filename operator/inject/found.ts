import { SIDECAR_CONTAINER } from '../kube/pods.ts';
import { type FilledVolume, FILLED } from './filled.ts';
import { allContainers, type Container, type Pod } from './pod.ts';

/** What a pod has already under our sidecar's name. */
export type Found =
  | { readonly kind: 'nothing' }
  /** With the volumes that it fills. */
  | { readonly kind: 'injected'; readonly sidecar: Container; readonly filled: readonly FilledVolume[] }
  /** Somebody wrote it into the manifest: nothing of it is ours to change. */
  | { readonly kind: 'byHand' }
  | { readonly kind: 'stranger' };

export function foundIn(pod: Pod): Found {
  const sidecar = allContainers(pod).find(({ name }) => name === SIDECAR_CONTAINER);
  if (!sidecar) return { kind: 'nothing' };
  const said = sidecar.env?.find(({ name }) => name === FILLED)?.value;
  if (said === undefined)
    return { kind: sidecar.volumeMounts?.some(({ mountPath }) => mountPath === '/fleet/state') ? 'byHand' : 'stranger' };
  const filled = parsed(said);
  return filled !== null && pod.spec.initContainers?.includes(sidecar) ? { kind: 'injected', sidecar, filled } : { kind: 'stranger' };
}

function parsed(said: string): readonly FilledVolume[] | null {
  try {
    const filled: unknown = JSON.parse(said);
    return Array.isArray(filled) && filled.every(isFilled) ? filled : null;
  } catch {
    return null;
  }
}

function isFilled({ name, sources }: { readonly name?: unknown; readonly sources?: unknown }): boolean {
  return typeof name === 'string' && Array.isArray(sources) && sources.every(hasPaths);
}

function hasPaths({ items = [] }: { readonly items?: unknown }): boolean {
  return Array.isArray(items) && items.every(({ path }) => typeof path === 'string');
}
