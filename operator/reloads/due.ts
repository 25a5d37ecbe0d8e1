import { BECAUSE_MAX, cut } from '../../crds/because.ts';
import type { Reload, ReloadStatus } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { isOn } from '../plan/fleet.ts';
import type { Member, Millis, Plan, Progress } from '../plan/situation.ts';
import { heardOf, timeOf, wavesOf } from '../status.ts';
import { rolloutOf } from './numbers.ts';
import { wishOn } from './requests.ts';
import { saidOf } from './said.ts';

/** What a pass knows of the rollouts: before it, and as it was recorded. */
export type Turn = {
  readonly policy: ReloadPolicy;
  readonly before: Progress | null;
  readonly after: Progress;
  readonly answer: Plan['answer'];
  readonly fleet: readonly Member[];
  readonly now: Millis;
  /** Of an earlier rollout, as its own Reload says; null where that is gone. */
  readonly outcomeOf: (rollout: number) => ReloadStatus['outcome'] | null;
};

/** What the Reload's status should say by now. Made anew from the progress on each pass, so that what a crash left out is made up for. */
export function dueStatus(reload: Reload, known: ReloadStatus, turn: Turn): ReloadStatus {
  const rollout = rolloutOf(reload);
  const answered = { ...known, ...answerTo(reload, turn) };
  if (rollout === null) return { ...answered, ...(known.outcome === undefined && endOfWish(answered, turn)) };
  return { ...answered, ...heardIn(rollout, known, turn), ...(known.outcome === undefined && endOf(reload, rollout, turn)) };
}

function answerTo(reload: Reload, { before, after, answer, now }: Turn): Pick<ReloadStatus, 'answer'> {
  if (answer?.reload !== wishOn(reload)) return {};
  const { retry } = reload.spec;
  const isWish = rolloutOf(reload) === null;
  const reason = isWish || retry === undefined ? null : saidOf(reload, 'retry', retry).reason;
  const said = { at: timeOf(now), ...(reason !== null && { reason }) };
  if (answer.refused !== null) return { answer: { ...said, refused: cut(answer.refused, BECAUSE_MAX) } };
  // A retry that only lifts a quarantine begins nothing, nor does a wish to stay on what was adopted.
  const begun = isWish ? after.rollout > 0 : after.rollout > (before?.rollout ?? 0);
  return { answer: { ...said, ...(begun && { rollout: after.rollout }) } };
}

/** A wish ends with the rollout that it began, or at once where it was refused. */
function endOfWish({ answer }: ReloadStatus, turn: Turn): ReloadStatus {
  if (answer === undefined) return {};
  const finishedAt = timeOf(turn.now);
  if (answer.refused !== undefined) return { outcome: 'Aborted', because: cut(`refused: ${answer.refused}`, BECAUSE_MAX), finishedAt };
  const { policy, after, outcomeOf } = turn;
  const { rollout } = answer;
  if (rollout === undefined) return { outcome: 'Succeeded', because: 'the fleet stays on what is stable', finishedAt };
  if (rollout === after.rollout) return endedBy(after, turn);
  const outcome = outcomeOf(rollout) ?? 'Superseded';
  return { outcome, because: `it ended as Reload ${policy.metadata.name}-${rollout} says`, finishedAt };
}

function endOf({ spec }: Reload, rollout: number, turn: Turn): ReloadStatus {
  const { before, after, fleet } = turn;
  // Of another life of a policy of that name, or a person's who ran ahead: a number that is not reached yet.
  if (rollout > after.rollout) return {};
  const own = rollout === after.rollout ? after : rollout === before?.rollout ? before : null;
  const end = own?.outcome != null || own === after ? endedBy(own, turn) : supersededBy(after, own, turn);
  if (end.outcome === undefined) return {};
  const times = own === null ? {} : { waves: wavesOf(own), ...(own.startedAt !== null && { startedAt: timeOf(own.startedAt) }) };
  return { ...end, ...times, members: membersOf(fleet, own, spec.revision) };
}

function endedBy({ outcome, because }: Progress, { now }: Turn): ReloadStatus {
  return outcome === null ? {} : { outcome, because: cut(because, BECAUSE_MAX), finishedAt: timeOf(now) };
}

function supersededBy({ rollout }: Progress, own: Progress | null, { policy, now }: Turn): ReloadStatus {
  const failed = own?.failed ? `; it had failed: ${own.failed}` : '';
  const because = cut(`superseded by ${policy.metadata.name}-${rollout}${failed}`, BECAUSE_MAX);
  return { outcome: 'Superseded', because, finishedAt: timeOf(now) };
}

/** As they stand at the rollout's end: after a way back, nobody runs its revision any more. Counts are recorded along with transitions, so that the last one may be short. */
function membersOf(fleet: readonly Member[], progress: Progress | null, revision: string): NonNullable<ReloadStatus['members']> {
  const count = (matches: (member: Member) => boolean) => fleet.filter(matches).length;
  return {
    asked: Math.max(
      progress?.waves.at(-1)?.members ?? 0,
      count((member) => isOn(member, revision) || member.refused?.revision === revision),
    ),
    applied: count(({ running }) => running?.revision === revision),
    refused: count(({ refused }) => refused?.revision === revision),
  };
}

/** What was heard on it stays on it; and whole, where the policy's status keeps only the beginning. */
function heardIn(rollout: number, known: ReloadStatus, { before, after }: Turn): Pick<ReloadStatus, 'heard'> {
  const progress = [after, before].find((it) => it?.rollout === rollout);
  if (!progress || (progress.heard.length === 0 && (known.heard ?? []).length === 0)) return {};
  const told = (known.heard ?? []).map((it) => [`${it.verb} ${it.at}`, it] as const);
  const whole = new Map(told);
  return { heard: heardOf(progress).map((it) => whole.get(`${it.verb} ${it.at}`) ?? it) };
}
