import { BECAUSE_MAX, cut, LISTED_BECAUSE_MAX } from '../crds/because.ts';
import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { APPROVED_BY_MAX } from '../crds/rollout.ts';
import { timeOf } from '../crds/time.ts';
import { WAVES_MAX } from '../crds/verb.ts';
import { conditionsOf } from './conditions.ts';
import { fit } from './fit.ts';
import { countsOf, offendersOf } from './members.ts';
import type { Assignment, GateVerdict, Member, Millis, Progress, Share } from './plan/situation.ts';
import type { Observed } from './sources/read.ts';
import type { SourceRef } from './sources/revisions.ts';

export { timeOf };

/** Revisions in quarantine whose reasons are kept in full; of the others, the beginning. */
const RECENT_MAX = 4;
const OLD_BECAUSE_MAX = 60;

const VERDICTS = { pass: 'Pass', wait: 'Wait', fail: 'Fail', unknown: 'Unknown', pause: 'Pause' } as const;

/** The planner's memory, as it was recorded; null where nothing was ever planned. */
export function progressOf(status: ReloadPolicyStatus | undefined): Progress | null {
  if (status?.rollout === undefined) return null;
  return {
    rollout: status.rollout,
    stable: status.stableRevision ?? null,
    stableSince: millisOf(status.stableSince),
    candidate: status.candidateRevision ?? null,
    wave: (status.wave ?? 1) - 1,
    startedAt: millisOf(status.startedAt),
    bakeStartedAt: millisOf(status.bakeStartedAt),
    waves: (status.waves ?? []).map(({ upTo, members, openedAt, passedAt, approvedBy }) => ({
      upTo: upTo.endsWith('%') ? (upTo as Share) : Number(upTo),
      members,
      openedAt: Date.parse(openedAt),
      passedAt: millisOf(passedAt),
      approvedBy: approvedBy ?? null,
    })),
    quarantined: (status.quarantined ?? []).map(({ at, rollout, ...it }) => ({ ...it, at: Date.parse(at), rollout: rollout ?? 0 })),
    why: status.why ?? '',
    progressedAt: millisOf(status.progressedAt),
    failed: status.failed ?? null,
    forgiven: status.forgiven ?? 0,
    heard: (status.heard ?? []).map(({ verb, wave, by, reason, at, refused }) => ({
      verb,
      wave: wave ?? null,
      by,
      reason: reason ?? null,
      at: Date.parse(at),
      refused: refused ?? null,
    })),
    undone: status.undone ?? null,
    request: status.request ?? null,
    outcome: status.outcome ?? null,
    phase: status.phase ?? 'Progressing',
    because: status.because ?? '',
  };
}

export type Facts = {
  readonly progress: Progress;
  readonly generation: number;
  readonly epoch: number;
  readonly wakeAt: Millis | null;
  /** What stable and candidate are made of. */
  readonly revisions: readonly { readonly name: string; readonly sources: readonly SourceRef[] }[];
  readonly observed: readonly Observed[];
  readonly fleet: readonly Member[];
  readonly assignments: readonly Assignment[];
  /** How the measured gates stand. */
  readonly gates?: readonly GateVerdict[];
  readonly now: Millis;
};

/** What is recorded of a pass. The planner's memory stands in it whole; lists for people are as long as 16 KiB let them be. */
export function statusOf(facts: Facts, before: ReloadPolicyStatus | undefined): ReloadPolicyStatus {
  const { progress, wakeAt, gates = [] } = facts;
  return fit({
    observedGeneration: facts.generation,
    ...memoryOf(progress),
    ...(wakeAt !== null && { wakeAt: timeOf(wakeAt) }),
    revisions: facts.revisions.map(({ name, sources }) => ({
      name,
      sources: sources.map(({ kind, name: source, digest }) => ({ kind, name: source, ...(digest != null && { digest }) })),
    })),
    members: countsOf(facts),
    observedSources: [...facts.observed],
    ...(gates.length > 0 && {
      gates: gates.map(({ gate, kind, because }) => ({ name: gate, verdict: VERDICTS[kind], because: cut(because, LISTED_BECAUSE_MAX) })),
    }),
    offenders: offendersOf(facts),
    epoch: facts.epoch,
    conditions: conditionsOf(facts, before?.conditions ?? []),
  });
}

/** What `progressOf` reads back. */
function memoryOf(progress: Progress): ReloadPolicyStatus {
  const { stable, stableSince, candidate, rollout, wave, startedAt, bakeStartedAt, waves, quarantined } = progress;
  const { why, progressedAt, failed, forgiven, heard, undone, request, outcome, phase, because } = progress;
  return {
    phase,
    because: cut(because, BECAUSE_MAX),
    ...(stable !== null && { stableRevision: stable }),
    ...(stableSince !== null && { stableSince: timeOf(stableSince) }),
    ...(candidate !== null && { candidateRevision: candidate }),
    rollout,
    ...(outcome !== null && { outcome }),
    // For people: the first wave is wave 1.
    ...((waves.length > 0 || wave > 0) && { wave: wave + 1 }),
    ...(why !== '' && { why: cut(why, BECAUSE_MAX) }),
    ...(startedAt !== null && { startedAt: timeOf(startedAt) }),
    ...(progressedAt !== null && { progressedAt: timeOf(progressedAt) }),
    ...(bakeStartedAt !== null && { bakeStartedAt: timeOf(bakeStartedAt) }),
    waves: wavesOf(progress),
    ...(failed !== null && { failed: cut(failed, BECAUSE_MAX) }),
    ...(forgiven > 0 && { forgiven }),
    ...(heard.length > 0 && { heard: heardOf(progress) }),
    ...(undone !== null && { undone }),
    ...(request !== null && { request }),
    quarantined: quarantined.map((it, i) => ({
      revision: it.revision,
      at: timeOf(it.at),
      because: cut(it.because, i < quarantined.length - RECENT_MAX ? OLD_BECAUSE_MAX : LISTED_BECAUSE_MAX),
      ...(it.rollout > 0 && { rollout: it.rollout }),
    })),
  };
}

export function wavesOf({ waves }: Progress): NonNullable<ReloadPolicyStatus['waves']> {
  // A policy that is edited again and again could open more of them than the API server lets in.
  return waves.slice(-WAVES_MAX).map(({ upTo, members, openedAt, passedAt, approvedBy }) => ({
    upTo: String(upTo),
    members,
    openedAt: timeOf(openedAt),
    ...(passedAt !== null && { passedAt: timeOf(passedAt) }),
    ...(approvedBy !== null && { approvedBy: cut(approvedBy, APPROVED_BY_MAX) }),
  }));
}

export function heardOf({ heard }: Progress): NonNullable<ReloadPolicyStatus['heard']> {
  return heard.map(({ verb, wave, by, reason, at, refused }) => ({
    verb,
    ...(wave !== null && { wave }),
    by,
    ...(reason !== null && { reason }),
    at: timeOf(at),
    ...(refused !== null && { refused: cut(refused, LISTED_BECAUSE_MAX) }),
  }));
}

function millisOf(time: string | undefined): Millis | null {
  return time === undefined ? null : Date.parse(time);
}
