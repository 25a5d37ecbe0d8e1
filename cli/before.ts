import type { Reload } from '../crds/reload.ts';
import type { ReloadPolicy } from '../crds/reload-policy.ts';

/** What the fleet ran before the present stable, by the record of the last rollout that brought it; null where there is none. Oldest Reload first. */
export function before({ metadata, status }: ReloadPolicy, reloads: readonly Reload[]): string | null {
  const brought = reloads.findLast(
    ({ spec, status: of }) =>
      spec.policy === metadata.name &&
      spec.revision === status?.stableRevision &&
      spec.rollout !== undefined &&
      of?.outcome === 'Succeeded',
  );
  return brought?.spec.from ?? null;
}
