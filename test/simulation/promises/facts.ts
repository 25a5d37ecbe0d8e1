import { millis } from '../../../crds/duration.ts';
import type { ReloadPolicy } from '../../../crds/reload-policy.ts';
import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { type Share, shareOf } from '../../../crds/share.ts';
import type { Pod as KubePod } from '../../../operator/kube/pods.ts';
import { type Report, stated } from '../../../operator/link/report.ts';
import { ANSWER_MS } from '../../../operator/plan/fleet.ts';
import { reach } from '../../../operator/plan/shares.ts';
import type { Assign } from '../../../sidecar/protocol.ts';
import type { Operator } from '../operator.ts';
import type { Pod } from '../pod.ts';
import type { Judge } from './judge.ts';

/** What a frame to a member means, by what its operator knows to be recorded and by what its pass looked at. */
export type Frame = {
  readonly policy: ReloadPolicy;
  readonly status: ReloadPolicyStatus;
  /** What the operator knew of the member as it sent, and as the pass looked. */
  readonly report: Report;
  readonly before: Report | undefined;
  /** It asks for something that was not asked before. */
  readonly isAsk: boolean;
  /** And that the member neither has nor refused. */
  readonly isNew: boolean;
  /** Another try of what it refused. */
  readonly isAgain: boolean;
  /** To the candidate, or between rollouts on to stable; not back. */
  readonly isForward: boolean;
  /**
   * Not by a pass that knows all that there is to know: a hello does not wait for the pass under way, and what it hears is of the one before. One that has lost
   * the Lease without noticing cannot know what the new leader asked for: the sidecars' epochs stop it.
   */
  readonly isLate: boolean;
};

/** Null where nothing is known of the member, or nothing was recorded: then nothing may be sent. */
export function frameOf({ revisionOf }: Judge, operator: Operator, pod: Pod, assign: Assign): Frame | null {
  const { observed, roster } = operator;
  const report = roster.report(pod.uid);
  const { policy } = observed;
  const status = policy?.status;
  if (report === undefined || policy === null || status === undefined) return null;
  const before = observed.reports.get(pod.uid);
  const isAsk = stated(report, assign, 0).asked !== report.asked;
  return {
    policy,
    status,
    report,
    before,
    isAsk,
    isNew: isAsk && !holds(report, assign.content, status),
    isAgain: isAsk && before?.asked === null && before.refused?.content === assign.content && before.refused.attempt !== assign.attempt,
    isForward: isForward(status, before, assign, revisionOf),
    isLate: isLate(operator),
  };
}

export function isLate({ leads, isPublishing, isPassing, isTouched }: Operator): boolean {
  return !leads || (!isPublishing && (isPassing || isTouched));
}

function isForward(status: ReloadPolicyStatus, before: Report | undefined, { revision }: Assign, revisionOf: Judge['revisionOf']): boolean {
  if (revision === status.candidateRevision) return true;
  // Who has no files yet starts on stable.
  return before !== undefined && before.booted && !isCalledBack(before, status, revisionOf);
}

/** It is told of what it was asked for, and not on the way back: by the handle, or by the swap where it watches its files. */
export function isToldForward({ sidecar }: Pod): boolean {
  const step = sidecar?.driver.member().journal.try?.step;
  return step === 'fire' || step === 'swap';
}

/** Going back is bound by nothing: what the member runs failed, or was given up, or it is being asked. Who runs what was stable before catches up. */
export function isCalledBack({ asked, running }: Report, status: ReloadPolicyStatus, revisionOf: Judge['revisionOf']): boolean {
  const { candidateRevision, stableSince = 0, quarantined } = status;
  if (asked !== null || running === null) return true;
  if (quarantined?.some(({ revision }) => revision === revisionOf(running.content))) return true;
  return candidateRevision === undefined && running.at >= new Date(stableSince).getTime();
}

/** A way back, or what was one. */
export function isGoingBack({ candidateRevision, outcome, rollout = 0 }: ReloadPolicyStatus): boolean {
  return candidateRevision === undefined && outcome !== 'Succeeded' && rollout > 0;
}

/** How far the open wave reaches, as it was recorded at its opening; nobody where none is open. */
export function openReach({ waves = [] }: ReloadPolicyStatus, size: number): number {
  const last = waves.at(-1);
  return last === undefined ? 0 : reach(shareIn(last.upTo), size);
}

export function shareIn(upTo: string): Share {
  return shareOf(upTo) ?? 1;
}

/** It has a place in the wave: it is asked for the content, or has it and is not asked for another, or refused it in this rollout. */
export function holds(report: Report | undefined, content: string, { rollout }: ReloadPolicyStatus): boolean {
  if (report === undefined) return false;
  const { asked, running, refused } = report;
  return (asked ?? running)?.content === content || (refused?.content === content && refused.attempt.startsWith(`${rollout}.`));
}

export function isLive({ managed, phase }: KubePod): boolean {
  return managed && phase === 'Running';
}

export function isAllReady({ containers }: KubePod): boolean {
  return containers.every(({ ready }) => ready);
}

export function patienceOf({ spec }: ReloadPolicy): number {
  return millis(spec.handle.timeout) + ANSWER_MS;
}

/** Heard, and taken up. */
export function accepted({ heard = [] }: ReloadPolicyStatus, verb: 'abort' | 'pause' | 'promote' | 'approve') {
  return heard.find((it) => it.verb === verb && it.refused === undefined);
}
