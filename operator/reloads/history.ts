import { isDeepStrictEqual } from 'node:util';
import { API_VERSION } from '../../crds/kind.ts';
import type { Reload, ReloadSpec, ReloadStatus } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { isKube } from '../kube/errors.ts';
import { reloadsAt } from '../kube/policies.ts';
import type { Observed } from '../observe.ts';
import type { Plan } from '../plan/situation.ts';
import type { Recall } from '../recall.ts';
import type { World } from '../world.ts';
import { collectReloads } from './collect-reloads.ts';
import { dueStatus, type Turn } from './due.ts';
import { reloadsOf, rolloutOf } from './numbers.ts';
import { ownersOf } from './owners.ts';
import { recordOf } from './record.ts';

/**
 * Keeps one Reload a rollout, as a record made of the policy's status: begun with it, closed with it, and made again where somebody deleted it
 * meanwhile, with what was said on it. Answers what people asked for on Reloads. Missed by a crash, it is made up for by the next pass.
 */
export async function keepHistory(
  observed: Observed,
  policy: ReloadPolicy,
  { progress: after, answer }: Pick<Plan, 'progress' | 'answer'>,
  world: World,
): Promise<void> {
  const { namespace } = policy.metadata;
  const { fleet, progress: before } = observed.situation;
  const reloads = reloadsOf(policy, world.reloads.list(namespace));
  const record = recordOf(observed, policy, after);
  if (record !== null) await begin(policy, record, world);

  const statusOf = (reload: Reload) => knownStatus(reload, world.recall);
  const outcomeOf = (rollout: number) => {
    const reload = reloads.find((it) => rolloutOf(it) === rollout);
    return reload === undefined ? null : statusOf(reload).outcome;
  };
  const turn: Turn = { policy, before, after, answer, fleet, now: world.now(), outcomeOf };
  for (const reload of reloads) {
    const known = statusOf(reload);
    const due = dueStatus(reload, known, turn);
    if (!isDeepStrictEqual(known, due)) await tell(reload, due);
    else forgetTold(reload, world.recall);
  }
  await collectReloads(observed, policy, world);

  async function tell({ metadata }: Reload, status: ReloadStatus): Promise<void> {
    try {
      // Of what was looked at: a record that says more by now is not written over.
      const body = { metadata: { resourceVersion: metadata.resourceVersion }, status };
      await world.kube.patch(reloadsAt(namespace, metadata.name, 'status'), body, 'merge');
    } catch (error) {
      // Somebody deleted it.
      if (!isKube(error, 'NotFound')) throw error;
    }
    const { outcome, heard, answer: given } = status;
    world.recall.reloads.told.set(metadata.uid, { outcome, heard, answer: given });
  }
}

/** Once the watch tells of it. */
function forgetTold({ metadata, status = {} }: Reload, { reloads: { told } }: Recall): void {
  const { outcome, heard, answer } = status;
  if (isDeepStrictEqual(told.get(metadata.uid), { outcome, heard, answer })) told.delete(metadata.uid);
}

/** What the watch says of its status, and what was written since. */
export function knownStatus({ metadata, status }: Reload, { reloads: { told } }: Pick<Recall, 'reloads'>): ReloadStatus {
  return { ...status, ...told.get(metadata.uid) };
}

async function begin(policy: ReloadPolicy, spec: ReloadSpec, { kube, reloads, recall, now }: World): Promise<void> {
  const { namespace } = policy.metadata;
  const name = `${spec.policy}-${spec.rollout}`;
  const key = `${namespace}/${name}`;
  const { made } = recall.reloads;
  if (reloads.get(key)) {
    made.delete(key);
    return;
  }
  if (made.isRecent(key, now())) return;
  const ownerReferences = await ownersOf(policy, kube);
  try {
    await kube.create(reloadsAt(namespace), { apiVersion: API_VERSION, kind: 'Reload', metadata: { name, ownerReferences }, spec });
  } catch (error) {
    // The watch has not told of it yet.
    if (!isKube(error, 'AlreadyExists')) throw error;
  }
  made.add(key, now());
}
