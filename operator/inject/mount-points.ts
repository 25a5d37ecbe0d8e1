import { posix } from 'node:path';
import { filledBy, type FilledVolume } from './filled.ts';
import { allContainers, type Mount, type Pod } from './pod.ts';
import type { Question } from './refusal.ts';

/**
 * Says where the pod mounts something inside these volumes, such as `tls` for /etc/app/tls in one at /etc/app. Read-only as they are, nobody but the
 * sidecar can make the folder for it; in its own volumes the kubelet does.
 */
export function withMountPoints(volumes: readonly FilledVolume[], pod: Pod): readonly FilledVolume[] {
  return volumes.map((volume) => {
    const mountPoints = mountPointsOf(volume, pod);
    return mountPoints.length === 0 ? volume : { ...volume, mountPoints };
  });
}

/** Why the folder for what is mounted inside a volume could not stand beside what the sidecar puts there. */
export function misplacedIn({ pod, sources, found }: Question): string | null {
  for (const volume of [...(found.kind === 'injected' ? found.filled : []), ...filledBy(sources, pod)]) {
    const items = volume.sources.flatMap((shown) => shown.items ?? []);
    for (const at of mountPointsOf(volume, pod)) {
      const inside = `the pod mounts something at ${at} inside volume ${volume.name}`;
      if (at.startsWith('..')) return `${inside}, and names that begin with '..' are the sidecar's there: mount it elsewhere`;
      const hidden = items.find(({ path }) => firstOf(posix.normalize(path)) === firstOf(at));
      if (hidden) return `${inside}, which hides the volume's item ${hidden.path}: mount it elsewhere, or give the item another path`;
    }
  }
  return null;
}

function firstOf(path: string): string | undefined {
  return path.split('/', 1)[0];
}

function mountPointsOf({ name }: FilledVolume, pod: Pod): readonly string[] {
  const inside = new Set(allContainers(pod).flatMap(({ volumeMounts = [] }) => insideOf(name, volumeMounts)));
  return [...inside].toSorted();
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
