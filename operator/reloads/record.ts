import { BECAUSE_MAX, cut } from '../../crds/because.ts';
import type { ReloadSpec } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Observed } from '../observe.ts';
import type { Heard, Progress, Revision } from '../plan/situation.ts';

/** What the Reload of the rollout under way says; null between rollouts. */
export function recordOf({ policy: read, reading, situation }: Observed, policy: ReloadPolicy, after: Progress): ReloadSpec | null {
  const revision = rollingRevision(situation.progress, after);
  if (revision === null) return null;
  const sourcesOf = (name: Revision) =>
    [policy, read].flatMap(({ status }) => status?.revisions ?? []).find((it) => it.name === name)?.sources;
  const sources = sourcesOf(revision);
  const from = after.stable;
  const fromSources = from === null ? undefined : sourcesOf(from);
  // A person who goes to another revision has not changed the sources.
  const changedBy = reading.kind === 'present' && reading.revision.name === revision ? reading.changedBy : null;
  return {
    policy: policy.metadata.name,
    rollout: after.rollout,
    revision,
    ...(sources && { sources }),
    ...(from !== null && { from }),
    ...(fromSources && { fromSources }),
    ...(changedBy !== null && { changedBy }),
    because: cut(after.why || 'the sources changed', BECAUSE_MAX),
    ...verbsIn(after),
  };
}

/** Until its members are back, one that failed is under way. One that began and ended without a Reload was left out by a crash. */
function rollingRevision(before: Progress | null, after: Progress): Revision | null {
  if (after.rollout === 0) return null;
  for (const progress of [after, before]) {
    if (progress?.rollout !== after.rollout || progress.outcome !== null) continue;
    const revision = progress.candidate ?? progress.quarantined.findLast(({ rollout }) => rollout === after.rollout)?.revision;
    if (revision !== undefined) return revision;
  }
  return null;
}

/** Nothing when it is begun. Where somebody deleted it meanwhile: what was taken up, so that deleting a record resumes nothing. */
function verbsIn({ heard }: Progress): Pick<ReloadSpec, 'abort' | 'pause' | 'promote' | 'approve'> {
  return Object.fromEntries(heard.filter(({ refused }) => refused === null).map((it) => [it.verb, spokenAgain(it)]));
}

function spokenAgain({ by, reason, wave }: Heard) {
  return { by, ...(reason !== null && { reason }), ...(wave !== null && { wave }) };
}
