import type { Attempt, Member, Policy, Progress, Revision } from './situation.ts';

/**
 * The try that the member should be at: `7.1` is the first of rollout 7, `7.r1` the first on its way back to stable.
 * A refusal with tries left makes it the next one; anything else repeats the one that is known, so that a restart asks nothing twice.
 */
export function attemptOf(progress: Progress, member: Member, revision: Revision, policy: Policy): Attempt {
  const series = seriesOf(progress);
  const { refused, asked } = member;
  // In flight since an earlier rollout: still the same try.
  if (asked?.revision === revision) return asked.attempt;
  const tried = refused?.revision === revision ? triesIn(series, refused.attempt) : 0;
  return series + Math.min(tried + 1, policy.retries + 1);
}

/** The member refused the revision in this rollout, and may not be asked again. */
export function isExhausted(progress: Progress, member: Member, revision: Revision, policy: Policy): boolean {
  const { refused } = member;
  return refused?.revision === revision && triesIn(seriesOf(progress), refused.attempt) > policy.retries;
}

/** A way back has its own series: the same member may have been given stable earlier in the same rollout, and each try has at most one effect. */
function seriesOf({ rollout, candidate, outcome }: Progress): string {
  return candidate === null && outcome !== 'Succeeded' && rollout > 0 ? `${rollout}.r` : `${rollout}.`;
}

function triesIn(series: string, attempt: Attempt): number {
  const tries = attempt.startsWith(series) ? Number(attempt.slice(series.length)) : Number.NaN;
  return Number.isInteger(tries) ? tries : 0;
}
