import type { Reload, ReloadSpec, ReloadStatus } from '../../../crds/reload.ts';
import type { ReloadPolicy } from '../../../crds/reload-policy.ts';
import { revisionName } from '../../sources/content.ts';

/** Of the policy `web` in `shop`: `web-3` is ours, any other name a person's wish. */
export function aReload(
  name: string,
  spec: Partial<ReloadSpec> = {},
  status?: ReloadStatus,
  metadata: Partial<Reload['metadata']> = {},
): Reload {
  const rollout = /^web-([0-9]+)$/.exec(name)?.[1];
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'Reload',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: {
      policy: 'web',
      revision: 'r2',
      because: rollout ? 'the sources changed' : 'the new one is slow',
      ...(rollout && { rollout: Number(rollout) }),
      ...spec,
    },
    ...(status && { status }),
  };
}

export function aPolicy(status: ReloadPolicy['status'] = {}, revisionHistoryLimit = 10): ReloadPolicy {
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', resourceVersion: '1' },
    spec: { revisionHistoryLimit, sources: [{ configMap: { name: 'web' } }] } as unknown as ReloadPolicy['spec'],
    status,
  };
}

/** What a revision of the source `web` is made of. */
export function madeOf(digest: string) {
  return [{ kind: 'ConfigMap' as const, name: 'web', digest }];
}

/** And its name. */
export function nameOf(digest: string): string {
  return revisionName(madeOf(digest));
}
