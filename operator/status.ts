import { BECAUSE_MAX, cut, LISTED_BECAUSE_MAX } from '../crds/because.ts';
import type { Condition } from '../crds/condition.ts';
import { OFFENDERS_MAX, type ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import type { Assignment, Member, Millis, Progress, Share } from './plan/situation.ts';
import type { SourceRef } from './sources/revisions.ts';
import type { Observed } from './sources/read.ts';

const WAVES_MAX = 16;

/** The planner's memory, as it was recorded; null where nothing was ever planned. */
export function progressOf(status: ReloadPolicyStatus | undefined): Progress | null {
  if (status?.rollout === undefined) return null;
  return {
    rollout: status.rollout,
    stable: status.stableRevision ?? null,
    candidate: status.candidateRevision ?? null,
    wave: (status.wave ?? 1) - 1,
    startedAt: millisOf(status.startedAt),
    bakeStartedAt: millisOf(status.bakeStartedAt),
    waves: (status.waves ?? []).map(({ upTo, members, openedAt, passedAt }) => ({
      upTo: upTo.endsWith('%') ? (upTo as Share) : Number(upTo),
      members,
      openedAt: Date.parse(openedAt),
      passedAt: millisOf(passedAt),
      approvedBy: null,
    })),
    quarantined: (status.quarantined ?? []).map(({ revision, at, because }) => ({ revision, at: Date.parse(at), because, rollout: 0 })),
    why: '',
    progressedAt: null,
    failed: null,
    forgiven: 0,
    heard: [],
    undone: null,
    request: null,
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
  readonly now: Millis;
};

export function statusOf(facts: Facts, before: ReloadPolicyStatus | undefined): ReloadPolicyStatus {
  const { progress, generation } = facts;
  const { stable, candidate, startedAt, bakeStartedAt, outcome } = progress;
  const because = cut(progress.because, BECAUSE_MAX);
  return {
    observedGeneration: generation,
    phase: progress.phase,
    because,
    ...(facts.wakeAt !== null && { wakeAt: timeOf(facts.wakeAt) }),
    ...(stable !== null && { stableRevision: stable }),
    ...(candidate !== null && { candidateRevision: candidate }),
    rollout: progress.rollout,
    ...(outcome !== null && { outcome }),
    // For people: the first wave is wave 1.
    ...((progress.rollout > 0 || progress.wave > 0) && { wave: progress.wave + 1 }),
    ...(startedAt !== null && { startedAt: timeOf(startedAt) }),
    ...(bakeStartedAt !== null && { bakeStartedAt: timeOf(bakeStartedAt) }),
    waves: wavesOf(progress),
    revisions: facts.revisions.map(({ name, sources }) => ({
      name,
      sources: sources.map(({ kind, name: source, digest }) => ({ kind, name: source, ...(digest != null && { digest }) })),
    })),
    quarantined: progress.quarantined.map(({ revision, at, because: why }) => ({
      revision,
      at: timeOf(at),
      because: cut(why, LISTED_BECAUSE_MAX),
    })),
    members: countsOf(facts),
    observedSources: [...facts.observed],
    offenders: offendersOf(facts),
    epoch: facts.epoch,
    conditions: conditionsOf(facts, because, before?.conditions ?? []),
  };
}

export function wavesOf({ waves }: Progress): NonNullable<ReloadPolicyStatus['waves']> {
  // A policy that is edited again and again could open more of them than the API server lets in.
  return waves.slice(-WAVES_MAX).map(({ upTo, members, openedAt, passedAt }) => ({
    upTo: String(upTo),
    members,
    openedAt: timeOf(openedAt),
    ...(passedAt !== null && { passedAt: timeOf(passedAt) }),
  }));
}

export function timeOf(at: Millis): string {
  return new Date(at).toISOString();
}

/** Delivered is not Confirmed, and what is in flight is neither. */
export function countsOf({
  fleet,
  assignments,
  progress,
}: Pick<Facts, 'fleet' | 'assignments' | 'progress'>): NonNullable<ReloadPolicyStatus['members']> {
  const wanted = progress.candidate ?? progress.stable;
  const assigned = new Set(assignments.filter(({ revision }) => revision === wanted).map(({ uid }) => uid));
  const applied = fleet.filter(({ uid, running, asked }) => assigned.has(uid) && asked === null && running?.revision === wanted);
  const count = (holds: (member: Member) => boolean) => fleet.filter(holds).length;
  return {
    total: fleet.length,
    managed: count(({ managed }) => managed),
    connected: count(({ link }) => link.kind === 'connected'),
    assigned: assigned.size,
    applied: applied.length,
    confirmed: applied.filter(({ running }) => running?.proof === 'Confirmed').length,
    refused: count(({ uid, refused }) => assigned.has(uid) && refused?.revision === wanted),
    ready: count(({ ready }) => ready),
  };
}

function offendersOf({ fleet, progress }: Facts): NonNullable<ReloadPolicyStatus['offenders']> {
  const alive = [progress.candidate, progress.stable, progress.quarantined.at(-1)?.revision];
  return fleet
    .flatMap(({ name, refused }) =>
      refused && alive.includes(refused.revision)
        ? [{ member: name, because: cut(`refused ${refused.revision}: ${refused.because}`, LISTED_BECAUSE_MAX) }]
        : [],
    )
    .toSorted((a, b) => (a.member < b.member ? -1 : 1))
    .slice(0, OFFENDERS_MAX);
}

/** kstatus: Healthy is Ready, Progressing and Paused are Reconciling, Degraded is Stalled. Unmanaged pods are named, never waited for in silence. */
function conditionsOf({ progress: { phase }, fleet, generation, now }: Facts, because: string, before: readonly Condition[]): Condition[] {
  const left = leftAlone(fleet);
  const condition = (type: Condition['type'], holds: boolean): Condition => {
    const status = holds ? 'True' : 'False';
    const last = before.find((it) => it.type === type);
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : timeOf(now);
    return {
      type,
      status,
      reason: phase,
      message: cut(because.startsWith('conflict:') ? because : because + left, BECAUSE_MAX),
      observedGeneration: generation,
      lastTransitionTime,
    };
  };
  return [
    condition('Ready', phase === 'Healthy'),
    condition('Reconciling', phase === 'Progressing' || phase === 'Paused'),
    condition('Stalled', phase === 'Degraded'),
  ];
}

function leftAlone(fleet: readonly Member[]): string {
  if (fleet.length === 0) return '. The selector matches no pod';
  const unmanaged = fleet
    .filter(({ managed }) => !managed)
    .map(({ name }) => name)
    .toSorted();
  if (unmanaged.length === 0) return '';
  return `. Without the sidecar, and so left alone: ${unmanaged.slice(0, 3).join(', ')}${unmanaged.length > 3 ? ', …' : ''}`;
}

function millisOf(time: string | undefined): Millis | null {
  return time === undefined ? null : Date.parse(time);
}
