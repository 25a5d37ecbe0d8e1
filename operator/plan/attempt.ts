import type { Attempt, Member, Millis, Policy, Progress, Revision, Situation } from './situation.ts';

/** On the way back a refusal has two more tries, however few the policy allows: an app that is just being restarted is not there for a moment. */
const BACK_RETRIES = 2;
/** And so long apart, which a container takes to be started and seen. */
const BACK_PACE_MS: Millis = 3_000;

/**
 * The try that the member should be at: `7.1` is the first of rollout 7, `7.r1` the first on its way back to stable.
 * A refusal with tries left makes it the next one; anything else repeats the one that is known, so that a restart asks nothing twice.
 */
export function attemptOf(
  progress: Progress,
  member: Member,
  revision: Revision,
  { policy, now }: Pick<Situation, 'policy' | 'now'>,
): Attempt {
  const series = seriesOf(progress);
  const { refused, asked } = member;
  // In flight since an earlier rollout: still the same try.
  if (asked?.revision === revision) return asked.attempt;
  const tried = refused?.revision === revision ? triesIn(series, refused.attempt) : 0;
  if (refused !== null && tried > 0 && (tried > retriesOf(progress, policy) || now < nextTryAt(progress, member))) return refused.attempt;
  return series + (tried + 1);
}

/** The member refused the revision in this rollout; what it refused in an earlier one is forgotten. */
export function hasRefused(progress: Progress, { refused }: Member, revision: Revision): boolean {
  return refused?.revision === revision && triesIn(seriesOf(progress), refused.attempt) > 0;
}

/** It did, and may not be asked again. */
export function isExhausted(progress: Progress, member: Member, revision: Revision, policy: Policy): boolean {
  const { refused } = member;
  return refused?.revision === revision && triesIn(seriesOf(progress), refused.attempt) > retriesOf(progress, policy);
}

/** When a member that refused may be asked again. */
export function nextTryAt(progress: Progress, { refused }: Member): Millis {
  return refused === null || !isGoingBack(progress) ? 0 : refused.at + BACK_PACE_MS;
}

function retriesOf(progress: Progress, { retries }: Policy): number {
  return isGoingBack(progress) ? Math.max(retries, BACK_RETRIES) : retries;
}

/** Members are on their way back to stable, or have been since: no rollout has succeeded after it. */
export function isGoingBack({ rollout, candidate, outcome }: Progress): boolean {
  return candidate === null && outcome !== 'Succeeded' && rollout > 0;
}

/** A way back has its own series: the same member may have been given stable earlier in the same rollout, and each try has at most one effect. */
function seriesOf(progress: Progress): string {
  return isGoingBack(progress) ? `${progress.rollout}.r` : `${progress.rollout}.`;
}

function triesIn(series: string, attempt: Attempt): number {
  const tries = attempt.startsWith(series) ? Number(attempt.slice(series.length)) : Number.NaN;
  return Number.isInteger(tries) ? tries : 0;
}
