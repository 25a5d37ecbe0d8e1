import { posix } from 'node:path';
import type { FilledVolume } from './filled.ts';
import { allContainers, type Mount, type Pod } from './pod.ts';

/**
 * Says where the pod mounts something inside these volumes, such as `tls` for /etc/app/tls in one at /etc/app. Read-only as they are, nobody but the
 * sidecar can make the folder for it; in its own volumes the kubelet does.
 */
export function withMountPoints(volumes: readonly FilledVolume[], pod: Pod): readonly FilledVolume[] {
  return volumes.map((volume) => {
    const inside = new Set(allContainers(pod).flatMap(({ volumeMounts = [] }) => insideOf(volume.name, volumeMounts)));
    return inside.size === 0 ? volume : { ...volume, mountPoints: [...inside].toSorted() };
  });
}

function insideOf(volume: string, mounts: readonly Mount[]): readonly string[] {
  const paths = mounts.map(({ mountPath }) => posix.resolve('/', mountPath));
  return mounts.flatMap(({ name }, i) => {
    const outer = paths[i];
    if (name !== volume || outer === undefined) return [];
    return paths
      .filter((path) => path.startsWith(`${outer}/`) && isInnermost(outer, path, paths))
      .map((path) => path.slice(outer.length + 1));
  });
}

/** What is mounted inside a mount that is itself inside is a matter of that one. */
function isInnermost(outer: string, path: string, paths: readonly string[]): boolean {
  return !paths.some((between) => between.startsWith(`${outer}/`) && path.startsWith(`${between}/`));
}
