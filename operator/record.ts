import { isDeepStrictEqual } from 'node:util';
import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { ReloadPolicy } from '../crds/reload-policy.ts';
import { policiesAt } from './kube/policies.ts';
import type { Observed } from './observe.ts';
import type { Millis, Plan } from './plan/situation.ts';
import { type Facts, statusOf } from './status.ts';
import { stripPolicy } from './strip-policy.ts';
import type { World } from './world.ts';

/** The policy as it stands after the record, and when counts that are not worth a write now should be. */
export type Recorded = { readonly policy: ReloadPolicy; readonly lookAgainAt: Millis | null };

/** Between rollouts, counts alone are written this seldom; during one, only along with a transition. */
const COUNTS_MS: Millis = 10_000;

/**
 * Writes the plan's progress to status, where it is news. By resourceVersion and never forced: where another writer was faster, the pass
 * ends with the conflict and nothing is published.
 */
export async function record(observed: Observed, { progress, assignments, wakeAt, gates }: Plan, world: World): Promise<Recorded> {
  const { policy, situation, contents } = observed;
  const before = policy.status;
  // A newer leader wrote it, or the Lease is younger than the status. Only who holds the Lease can raise it, so this tells them apart.
  if (before?.epoch !== undefined && before.epoch > world.lead.transitions()) await world.lead.raiseAbove(before.epoch);

  const alive = [progress.stable, progress.candidate];
  const facts: Facts = {
    progress,
    generation: policy.metadata.generation ?? 0,
    epoch: world.lead.transitions(),
    // At once is no time to be told.
    wakeAt: wakeAt !== null && wakeAt > situation.now ? wakeAt : null,
    revisions: alive.flatMap((name) => contents.find((it) => it.name === name) ?? before?.revisions?.find((it) => it.name === name) ?? []),
    observed: observed.observedSources,
    fleet: situation.fleet,
    assignments,
    gates,
    now: situation.now,
  };
  const status = statusOf(facts, before);
  if (isNews(before, status)) return await write(status);
  if (progress.candidate !== null || JSON.stringify(before?.members) === JSON.stringify(status.members))
    return { policy, lookAgainAt: null };
  const due = (world.recall.wroteAt(policy.metadata.uid) ?? 0) + COUNTS_MS;
  return situation.now >= due ? await write(status) : { policy, lookAgainAt: due };

  async function write(next: ReloadPolicyStatus): Promise<Recorded> {
    const { apiVersion, kind, metadata, spec } = policy;
    const { name, namespace, uid, resourceVersion } = metadata;
    const body = { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion }, spec, status: next };
    const written = stripPolicy(ReloadPolicy.parse(await world.kube.replace<unknown>(policiesAt(namespace, name, 'status'), body)));
    world.recall.wrote(written, world.now());
    return { policy: written, lookAgainAt: null };
  }
}

/** Counts, times to look again and the epoch are written only along with something else. */
function isNews(before: ReloadPolicyStatus | undefined, after: ReloadPolicyStatus): boolean {
  // As values: the order of keys is the API server's and ours.
  return !isDeepStrictEqual(newsOf(before), newsOf(after));
}

function newsOf(status: ReloadPolicyStatus | undefined) {
  if (status === undefined) return null;
  const { phase, because, stableRevision, candidateRevision, rollout, outcome, wave, startedAt, bakeStartedAt } = status;
  return [
    [status.observedGeneration, phase, because, stableRevision, candidateRevision, rollout, outcome, wave, startedAt, bakeStartedAt],
    [status.why, status.failed, status.forgiven, status.heard, status.undone, status.request],
    (status.waves ?? []).map(({ upTo, openedAt, passedAt }) => [upTo, openedAt, passedAt]),
    (status.quarantined ?? []).map(({ revision }) => revision),
    (status.observedSources ?? []).map(({ kind, name, resourceVersion }) => [kind, name, resourceVersion]),
    (status.conditions ?? []).map(({ type, status: holds, message }) => [type, holds, message]),
  ];
}
