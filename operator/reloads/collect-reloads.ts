import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { reloadsAt } from '../kube/policies.ts';
import type { Observed } from '../observe.ts';
import type { World } from '../world.ts';
import { reloadsOf, rolloutOf } from './numbers.ts';

/**
 * Ended Reloads beyond the limit go, the oldest first: so many stay of each outcome, and so many wishes. So neither a burst that supersedes itself nor
 * a wish that is refused again and again takes away what one can go back to. What a member still runs stays: its revision goes no sooner than its
 * record. So does what is in quarantine: on its record a retry is said.
 */
export async function collectReloads(observed: Observed, policy: ReloadPolicy, world: World): Promise<void> {
  const { namespace } = policy.metadata;
  const { revisionHistoryLimit } = policy.spec;
  const ended = reloadsOf(policy, world.reloads.list(namespace)).filter(({ status }) => status?.outcome !== undefined);
  const alike = Map.groupBy(ended, (reload) => (rolloutOf(reload) === null ? 'wish' : reload.status?.outcome));
  const isQuarantined = (reload: Reload) => policy.status?.quarantined?.some(({ rollout }) => rollout === rolloutOf(reload)) === true;
  const beyond = [...alike.values()]
    .flatMap((reloads) => reloads.toSorted(byAge).slice(revisionHistoryLimit))
    .filter((reload) => reload.metadata.deletionTimestamp === undefined && !isQuarantined(reload));
  if (beyond.length === 0) return;
  const running = new Set([...observed.pods.keys()].flatMap((uid) => world.link.report(uid)?.running?.revision ?? []));
  // What these are made of is in status.
  const alive = [policy.status?.stableRevision, policy.status?.candidateRevision];
  for (const { metadata, spec } of beyond) {
    if (running.has(spec.revision) && !alive.includes(spec.revision)) continue;
    await world.kube.remove(reloadsAt(namespace, metadata.name));
    world.recall.reloads.told.delete(metadata.uid);
  }
}

/** The youngest first. Names of one second are compared by their numbers. */
function byAge({ metadata: a }: Reload, { metadata: b }: Reload): number {
  const [bornA, bornB] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  if (bornA !== bornB) return bornA < bornB ? 1 : -1;
  return b.name.localeCompare(a.name, 'en', { numeric: true });
}
