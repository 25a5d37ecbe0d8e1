import type { Container } from './pod.ts';

/** The files are the sidecar's to write: whoever else mounts these volumes reads them. */
export function readOnly(container: Container, volumes: ReadonlySet<string>): Container {
  if (!container.volumeMounts?.some((mount) => volumes.has(mount.name) && mount.readOnly !== true)) return container;
  return {
    ...container,
    volumeMounts: container.volumeMounts.map((mount) => (volumes.has(mount.name) ? { ...mount, readOnly: true } : mount)),
  };
}
