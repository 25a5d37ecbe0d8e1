import { BECAUSE_MAX, cut } from '../crds/because.ts';
import { API_VERSION } from '../crds/kind.ts';
import type { Reload, ReloadStatus } from '../crds/reload.ts';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { collectRevisions } from './collect.ts';
import { isKube } from './kube/errors.ts';
import { reloadsAt } from './kube/policies.ts';
import type { Observed } from './observe.ts';
import type { Progress } from './plan/situation.ts';
import { countsOf, timeOf, wavesOf } from './status.ts';
import type { World } from './world.ts';

/**
 * Keeps one Reload a rollout, as a record made of the policy's status: begun with it, closed with it, and never asked what to do.
 * Missed by a crash, it is made up for by the next pass.
 */
export async function keepHistory(observed: Observed, policy: ReloadPolicy, progress: Progress, world: World): Promise<void> {
  const { namespace, name } = policy.metadata;
  if (progress.rollout === 0) return;
  const present = `${name}-${progress.rollout}`;
  const known = (reload: string) => world.reloads.get(`${namespace}/${reload}`);

  if (progress.candidate !== null && !known(present)) await begin(present, progress.candidate);
  for (const reload of reloadsOf(policy, world.reloads.list())) {
    if (reload.status?.outcome !== undefined) continue;
    if (reload.metadata.name !== present) await close(reload, { outcome: 'Superseded', because: `superseded by ${present}` });
    else if (progress.outcome !== null) await close(reload, endOf(observed, progress));
  }
  await collectReloads(policy, world);

  async function begin(reload: string, revision: string): Promise<void> {
    const sources = policy.status?.revisions?.find((it) => it.name === revision)?.sources ?? [];
    const changedBy = observed.reading.kind === 'present' ? observed.reading.changedBy : null;
    const spec: Reload['spec'] = {
      policy: name,
      revision,
      ...(progress.stable !== null && { from: progress.stable }),
      sources,
      ...(changedBy !== null && { changedBy }),
      because: 'the sources changed',
    };
    try {
      await world.kube.create(reloadsAt(namespace), { apiVersion: API_VERSION, kind: 'Reload', metadata: { name: reload }, spec });
    } catch (error) {
      // The watch has not told of it yet.
      if (!isKube(error, 'AlreadyExists')) throw error;
    }
  }

  async function close({ metadata }: Reload, status: ReloadStatus): Promise<void> {
    const body = { status: { ...status, finishedAt: timeOf(world.now()) } };
    await world.kube.patch(reloadsAt(namespace, metadata.name, 'status'), body, 'merge');
  }
}

function endOf({ situation }: Observed, progress: Progress): ReloadStatus {
  const { assigned, applied, refused } = countsOf({ fleet: situation.fleet, assignments: [], progress });
  return {
    ...(progress.outcome !== null && { outcome: progress.outcome }),
    because: cut(progress.because, BECAUSE_MAX),
    ...(progress.startedAt !== null && { startedAt: timeOf(progress.startedAt) }),
    waves: wavesOf(progress),
    members: { asked: Math.max(assigned, progress.waves.at(-1)?.members ?? 0), applied, refused },
  };
}

/** The highest number of a Reload of a policy of that name; 0 where there is none. */
export function lastReloadOf(policy: ReloadPolicy, reloads: readonly Reload[]): number {
  const [newest] = reloadsOf(policy, reloads);
  return newest === undefined ? 0 : (numberOf(newest, policy.metadata.name) ?? 0);
}

/** Those that we made, newest first: `<policy>-<n>`. */
function reloadsOf({ metadata }: ReloadPolicy, reloads: readonly Reload[]): readonly Reload[] {
  return reloads
    .filter(
      (reload) =>
        reload.metadata.namespace === metadata.namespace &&
        reload.spec.policy === metadata.name &&
        numberOf(reload, metadata.name) !== null,
    )
    .toSorted((a, b) => (numberOf(b, metadata.name) ?? 0) - (numberOf(a, metadata.name) ?? 0));
}

function numberOf(reload: Reload, policy: string): number | null {
  const rest = reload.metadata.name.slice(policy.length);
  return reload.metadata.name.startsWith(policy) && /^-[0-9]+$/.test(rest) ? Number(rest.slice(1)) : null;
}

/** Ended Reloads beyond the limit go, and then the revisions that they alone named. */
async function collectReloads(policy: ReloadPolicy, world: World): Promise<void> {
  const ended = reloadsOf(policy, world.reloads.list()).filter(({ status }) => status?.outcome !== undefined);
  const beyond = ended.slice(policy.spec.revisionHistoryLimit);
  for (const { metadata } of beyond) await world.kube.remove(reloadsAt(metadata.namespace, metadata.name));
  if (beyond.length > 0) await collectRevisions(policy, world);
}
