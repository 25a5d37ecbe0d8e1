import { earliest } from './earliest.ts';
import { liveMembers, reportsDue, starting, unreportedMembers } from './fleet.ts';
import { judgeGates } from './gates.ts';
import { canaryOf } from './measuring.ts';
import { blockedBy, settling } from './room.ts';
import { allowedFailures } from './shares.ts';
import type { Member, Millis, Progress, Revision, Situation } from './situation.ts';
import { type Answer, answerOf } from './standing.ts';
import { bakeOf, isLastWave, isLate, reachedMembers } from './waves.ts';
import { baking, bakingWithout, sentence, waitingFor, waitingForReports } from './words.ts';

/** Whether the rollout may go beyond the open wave. */
export type Verdict = { readonly kind: 'pass' } | Wait | { readonly kind: 'fail'; readonly because: string };

type Wait = {
  readonly kind: 'wait';
  /** `members`: not all of them are where they should be. `bake`: they are, and the gates have to hold. */
  readonly stage: 'members' | 'bake';
  readonly until: Millis | null;
  /** To be recorded: the bake begins, goes on, or (null) has to begin again. */
  readonly bakeStartedAt: Millis | null;
  readonly because: string;
  /** A gate cannot be judged until a person does something. */
  readonly phase: 'Progressing' | 'Paused';
};

/** Judges the open wave: its members first, then the bake, and what is measured in it, unless a person promotes it. */
export function judge(situation: Situation, progress: Progress, candidate: Revision, isPromoted: boolean): Verdict {
  const { policy, fleet, now } = situation;
  const live = liveMembers(fleet);
  if (unreportedMembers(situation).length > 0) return waitForMembers(reportsDue(situation), progress.bakeStartedAt, waitingForReports);

  const answers = answersOf(situation, progress, candidate);
  const failures = answers.flatMap(({ answer }) => (answer.kind === 'failed' ? [answer.because] : []));
  if (failures.length > allowedFailures(policy.maxFailures, live.length) + progress.forgiven)
    return { kind: 'fail', because: sentence(failures) };
  if (answers.length === 0) return waitForMembers(earliest(starting(situation)), null, nobody(situation));
  // `maxFailures` may forgive the only member of a canary wave; a wave in which nobody runs the candidate proves nothing.
  const isForgiven = failures.length <= progress.forgiven && !isLastWave(progress);
  if (failures.length === answers.length && !isForgiven) return { kind: 'fail', because: sentence(failures) };

  const gates = progress.bakeStartedAt === null || isPromoted ? [] : judgeGates(situation, progress, canaryOf(situation, progress));
  const failed = gates.filter(({ kind }) => kind === 'fail');
  if (failed.length > 0) return { kind: 'fail', because: sentence(failed.map(({ because }) => because)) };

  if (answers.some(({ answer }) => answer.kind === 'awaited')) return waitForAnswers(situation, progress, candidate, answers);

  // A clock that was ahead when it began makes no bake longer.
  const since = Math.min(progress.bakeStartedAt ?? now, now);
  const until = since + bakeOf(policy, progress);
  const wait = {
    kind: 'wait',
    stage: 'bake',
    bakeStartedAt: since,
    because: baking(candidate, progress.wave, policy),
    phase: 'Progressing',
  } as const;
  if (now < until) return { ...wait, until };
  // Nothing is measured before the bake has begun.
  if (progress.bakeStartedAt === null && policy.gates.length > 0 && !isPromoted) return { ...wait, until: now };
  if (gates.every(({ kind }) => kind === 'pass')) return { kind: 'pass' };
  const stuck = gates.filter(({ kind }) => kind === 'pause' || kind === 'unknown');
  if (stuck.length === 0) return { ...wait, until: null };
  const phase = stuck.some(({ kind }) => kind === 'pause') ? 'Paused' : 'Progressing';
  return { ...wait, until: null, because: sentence(stuck.map(({ because }) => because)), phase };
}

/** What failed in the open wave so far. */
export function failuresOf(situation: Situation, progress: Progress, candidate: Revision): readonly Member[] {
  return answersOf(situation, progress, candidate).flatMap(({ member, answer }) => (answer.kind === 'failed' ? [member] : []));
}

type Answered = { readonly member: Member; readonly answer: Answer };

function answersOf(situation: Situation, progress: Progress, candidate: Revision): readonly Answered[] {
  return reachedMembers(situation, progress, candidate).map((member) => ({
    member,
    answer: answerOf(member, candidate, situation, progress),
  }));
}

function waitForAnswers(situation: Situation, progress: Progress, candidate: Revision, answers: readonly Answered[]): Wait {
  const isBaking = answers.some(({ member, answer }) => answer.kind === 'applied' || isRestarting(member, candidate, progress));
  const awaited = answers.filter(({ answer }) => answer.kind === 'awaited');
  const deadlines = awaited.flatMap(({ answer }) => (answer.kind === 'awaited' && answer.until !== null ? [answer.until] : []));
  const bake = !isBaking || awaited.some(({ member }) => beginsAgain(member, candidate, progress)) ? null : progress.bakeStartedAt;
  if (bake !== null) {
    // Newcomers in the bake: it goes on, and says so.
    const restarting = awaited.flatMap(({ member, answer }) =>
      answer.kind === 'awaited' && isRestarting(member, candidate, progress) ? [answer.because] : [],
    );
    const { policy } = situation;
    const words =
      restarting.length > 0 ? bakingWithout(sentence(restarting), progress.wave, policy) : baking(candidate, progress.wave, policy);
    return waitForMembers(earliest(deadlines), bake, words);
  }
  const yetToBeAsked = awaited.filter(({ member }) => member.asked === null && member.running?.revision !== candidate);
  const blocked = blockedBy(
    situation,
    progress,
    yetToBeAsked.map(({ member }) => member),
  );
  return waitForMembers(
    earliest([...deadlines, ...settling(situation)]),
    null,
    blocked ?? waitingFor(candidate, progress.wave, situation.policy),
  );
}

function waitForMembers(until: Millis | null, bakeStartedAt: Millis | null, because: string): Wait {
  return { kind: 'wait', stage: 'members', until, bakeStartedAt, because, phase: 'Progressing' };
}

/** Pods that were made before their policy are what a new user meets first. */
function nobody({ fleet }: Situation): string {
  if (liveMembers(fleet).length > 0) return 'waiting: no member is connected, or those that are are not Ready';
  if (fleet.length > 0 && fleet.every(({ managed }) => !managed))
    return 'waiting for members: none of the pods has the sidecar, which is given to a pod as it is made';
  return 'waiting for members: there are none';
}

/** It was there as the bake began: what is waited for is no more than a restart that the policy allows. */
function isRestarting({ link, running, asked }: Member, candidate: Revision, { bakeStartedAt }: Progress): boolean {
  return link.kind === 'connected' && asked === null && running?.revision === candidate && running.at <= (bakeStartedAt ?? 0);
}

/** Another one took a place in the wave: what was baked so far did not include it. In the last wave all places are taken: who comes then only joins. */
function beginsAgain(member: Member, candidate: Revision, progress: Progress): boolean {
  return !isLastWave(progress) && member.running?.revision !== candidate && !isLate(member, progress);
}
