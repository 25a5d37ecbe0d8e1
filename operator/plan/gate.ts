import { liveMembers, reportsDue, sentence, unreportedMembers } from './fleet.ts';
import { allowedFailures } from './shares.ts';
import { isBlocked, settling } from './room.ts';
import type { Member, Millis, Progress, Revision, Situation } from './situation.ts';
import { answerOf } from './standing.ts';
import { bakeOf, isLastWave, isLate, reachedMembers } from './waves.ts';

/** Whether the rollout may go beyond the open wave. */
export type Verdict =
  | { readonly kind: 'pass' }
  /** `bakeStartedAt` is recorded: the bake begins, goes on, or (null) has to begin again. */
  | { readonly kind: 'wait'; readonly until: Millis | null; readonly bakeStartedAt: Millis | null; readonly because: string }
  | { readonly kind: 'fail'; readonly because: string };

/** Judges the members of the open wave. */
export function judge(situation: Situation, progress: Progress, candidate: Revision): Verdict {
  const { policy, fleet, now } = situation;
  const wait = (until: Millis | null, bakeStartedAt: Millis | null, because: string): Verdict => ({
    kind: 'wait',
    until,
    bakeStartedAt,
    because,
  });

  const live = liveMembers(fleet);
  if (unreportedMembers(situation).length > 0) return wait(reportsDue(situation), progress.bakeStartedAt, waitingForReports);

  const members = reachedMembers(situation, progress, candidate);
  const answers = members.map((member) => ({ member, answer: answerOf(member, candidate, situation, progress) }));
  const failures = answers.flatMap(({ answer }) => (answer.kind === 'failed' ? [answer.because] : []));
  if (failures.length > allowedFailures(policy.maxFailures, live.length)) return { kind: 'fail', because: sentence(failures) };
  if (members.length === 0)
    return wait(
      null,
      null,
      live.length === 0 ? 'waiting for members: there are none' : 'waiting: no member is connected, or those that are are not Ready',
    );

  const applied = answers.filter(({ answer }) => answer.kind === 'applied').length;
  // `maxFailures` may forgive the only member of a canary wave; a wave in which nobody runs the candidate proves nothing.
  if (failures.length === members.length) return { kind: 'fail', because: sentence(failures) };

  const awaited = answers.filter(({ answer }) => answer.kind === 'awaited');
  if (awaited.length > 0) {
    const deadlines = awaited.flatMap(({ answer }) => (answer.kind === 'awaited' && answer.until !== null ? [answer.until] : []));
    const bake = applied === 0 || awaited.some(({ member }) => beginsAgain(member, candidate, progress)) ? null : progress.bakeStartedAt;
    const until = earliest(deadlines);
    // Newcomers in the bake: it goes on, and says so.
    if (bake !== null) return wait(until, bake, baking(candidate, progress.wave));
    return wait(
      earliest([...deadlines, ...settling(situation)]),
      null,
      isBlocked(situation) ? blocked(situation) : waitingFor(candidate, progress.wave),
    );
  }

  const bakeMs = bakeOf(policy, progress);
  const since = progress.bakeStartedAt ?? now;
  if (now >= since + bakeMs) return { kind: 'pass' };
  return wait(since + bakeMs, since, baking(candidate, progress.wave));
}

/** What a wave says from its opening to its bake. Neither times nor counts: a reason that ticks would rewrite status on every pass. */
export function waitingFor(candidate: Revision, wave: number): string {
  return `waiting for the members of wave ${wave + 1} to run ${candidate}`;
}

function baking(candidate: Revision, wave: number): string {
  return `wave ${wave + 1} bakes: its members run ${candidate} and are Ready`;
}

export const waitingForReports = 'waiting for the members to report to this leader';

function blocked({ policy, fleet }: Situation): string {
  const unready = liveMembers(fleet).flatMap(({ ready, name }) => (ready ? [] : [name]));
  return `maxUnavailable is ${policy.maxUnavailable}, and these are not Ready: ${sentence(unready).replaceAll('; ', ', ')}`;
}

/** Another one took a place in the wave: what was baked so far did not include it. In the last wave all places are taken: who comes then only joins. */
function beginsAgain(member: Member, candidate: Revision, progress: Progress): boolean {
  return !isLastWave(progress) && member.running?.revision !== candidate && !isLate(member, progress);
}

function earliest(times: readonly Millis[]): Millis | null {
  return times.length === 0 ? null : Math.min(...times);
}
