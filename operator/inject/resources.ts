import { MAX_REVISION_BYTES } from '../../sidecar/protocol.ts';
import type { FilledVolume } from './filled.ts';
import { allContainers, type Pod, type Resources } from './pod.ts';

/** On a filled volume are the present revision, the one before and the next, at most; a fourth's room is for the ends of their pages. */
export const ROOM_MIB = (4 * MAX_REVISION_BYTES) / 2 ** 20;

/** What the sidecar's program may use, and its own volume. */
const PROGRAM_MIB = 80;

/** What the sidecar asks for, and may use. A pod whose containers all have what they may use stays one of the Guaranteed. */
export function resourcesFor(pod: Pod, filled: readonly FilledVolume[]): Resources {
  const memory = `${PROGRAM_MIB + ROOM_MIB * timesShown(filled)}Mi`;
  return isGuaranteed(pod)
    ? { requests: { cpu: '200m', memory }, limits: { cpu: '200m', memory } }
    : { requests: { cpu: '5m', memory: '24Mi' }, limits: { memory } };
}

/** What is in memory counts as its own. All sources together are one revision, of bounded size; what is shown twice is there twice. */
function timesShown(filled: readonly FilledVolume[]): number {
  const shown = filled.flatMap(({ sources }) => sources.map(({ source }) => source));
  return Math.max(...shown.map((source) => shown.filter((other) => other === source).length));
}

/** A request that is not said is the limit. */
function isGuaranteed(pod: Pod): boolean {
  return allContainers(pod).every(({ resources: { requests = {}, limits = {} } = {} }) =>
    (['cpu', 'memory'] as const).every((what) => limits[what] !== undefined && (requests[what] ?? limits[what]) === limits[what]),
  );
}
