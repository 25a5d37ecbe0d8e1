import { BECAUSE_MAX, cut } from '../../crds/because.ts';
import { API_VERSION } from '../../crds/kind.ts';
import type { Reload, ReloadStatus } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { collectRevisions } from './collect.ts';
import { isKube } from '../kube/errors.ts';
import { reloadsAt } from '../kube/policies.ts';
import type { Observed } from '../observe.ts';
import type { Progress } from '../plan/situation.ts';
import { reloadsOf } from './numbers.ts';
import { timeOf, wavesOf } from '../status.ts';
import type { World } from '../world.ts';

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
    // The watch tells of what was closed a moment later.
    if (reload.status?.outcome !== undefined || world.recall.closed.has(reload.metadata.uid)) continue;
    if (reload.metadata.name !== present)
      await close(reload, { outcome: 'Superseded', because: `superseded by ${present}`, ...timesOf(observed.situation.progress, reload) });
    else if (progress.outcome !== null)
      await close(reload, { outcome: progress.outcome, because: cut(progress.because, BECAUSE_MAX), ...timesOf(progress, reload) });
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

  async function close({ metadata, spec }: Reload, status: ReloadStatus): Promise<void> {
    const body = { status: { ...status, finishedAt: timeOf(world.now()), members: membersOf(observed, spec.revision) } };
    await world.kube.patch(reloadsAt(namespace, metadata.name, 'status'), body, 'merge');
    world.recall.closed.add(metadata.uid);
  }
}

/** Of the rollout that the Reload records, where the progress is still that one's. */
function timesOf(progress: Progress | null, { metadata, spec }: Reload): Pick<ReloadStatus, 'startedAt' | 'waves'> {
  if (progress === null || metadata.name !== `${spec.policy}-${progress.rollout}`) return {};
  return { ...(progress.startedAt !== null && { startedAt: timeOf(progress.startedAt) }), waves: wavesOf(progress) };
}

/** As they stand at the rollout's end: after a way back, nobody runs its revision any more. */
function membersOf({ situation }: Observed, revision: string): NonNullable<ReloadStatus['members']> {
  const { fleet, progress } = situation;
  return {
    asked: progress?.waves.at(-1)?.members ?? 0,
    applied: fleet.filter(({ running }) => running?.revision === revision).length,
    refused: fleet.filter(({ refused }) => refused?.revision === revision).length,
  };
}

/** Ended Reloads beyond the limit go, and then the revisions that they alone named. */
async function collectReloads(policy: ReloadPolicy, world: World): Promise<void> {
  const ended = reloadsOf(policy, world.reloads.list()).filter(({ status }) => status?.outcome !== undefined);
  const beyond = ended.slice(policy.spec.revisionHistoryLimit);
  for (const { metadata } of beyond) await world.kube.remove(reloadsAt(metadata.namespace, metadata.name));
  if (beyond.length > 0) await collectRevisions(policy, world);
}
