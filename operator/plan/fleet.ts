import type { Member, Millis, Policy, Progress, Revision, Situation } from './situation.ts';

/** What the answer may take on its way, beyond the policy's `timeout` that the sidecar keeps. */
export const ANSWER_MS: Millis = 2_000;

/** What a sidecar may need to find a new leader: two pings missed, then its longest backoff. */
export const REPORT_MS: Millis = 30_000;

/** For how long a member that was asked, or was lost afterwards, is waited for. */
export function patience(policy: Policy): Millis {
  return policy.timeoutMs + ANSWER_MS;
}

/**
 * Until when a new leader waits for what it has not heard yet. Not shorter than a reconnect, however short the policy's timeout is:
 * a canary that is merely late would lose its place to another one, and the candidate reach two.
 */
export function reportsDue({ policy, leaderSince }: Situation): Millis {
  return leaderSince + Math.max(patience(policy), REPORT_MS);
}

/** The members that shares are of: our sidecar is in the pod, and its app has started. */
export function liveMembers(fleet: readonly Member[]): readonly Member[] {
  return fleet.filter(({ managed, phase }) => managed && phase === 'running');
}

/** Live members that this leader has not heard of, while it may still expect to. Till then it opens no wave and fails nobody. */
export function unreportedMembers(situation: Situation): readonly Member[] {
  return liveMembers(situation.fleet).filter((member) => isUnreported(situation, member));
}

export function isUnreported(situation: Situation, { link }: Member): boolean {
  return link.kind === 'unreported' && situation.now < reportsDue(situation);
}

/**
 * Nobody could get worse, and a fix has to reach a fleet that its config broke: then it is no bar to be not Ready. A fleet that is only starting,
 * such as one that was scaled to zero and up again, is not broken: its apps do not listen yet, and would refuse whatever they are asked.
 */
export function isBroken(situation: Situation): boolean {
  const live = liveMembers(situation.fleet);
  return live.length > 0 && live.every(({ ready }) => !ready) && starting(situation).length === 0;
}

/** Until when members may be not Ready because their app has only started. By its first start: who starts again and again is not starting. */
export function starting({ fleet, policy, now }: Situation): readonly Millis[] {
  return liveMembers(fleet)
    .filter(({ ready }) => !ready)
    .map(({ startedAt, bornAt }) => (startedAt.length === 0 ? bornAt : Math.min(...startedAt)) + patience(policy))
    .filter((time) => time > now);
}

/** The member is being asked for the revision, or runs it and is not asked for another one. */
export function isOn({ running, asked }: Member, revision: Revision): boolean {
  return (asked ?? running)?.revision === revision;
}

/**
 * To send it back is bound by nothing: what it runs failed, or was given up, or it is being asked. Who runs what was stable before only catches
 * up; and who runs what another edit superseded is in no danger, so that two good edits do not reload the whole fleet at once.
 */
export function isCalledBack({ running, asked }: Member, { candidate, stableSince, quarantined }: Progress): boolean {
  // What it runs is not known: nobody is more in need of stable.
  if (asked !== null || running === null || running.revision === null) return true;
  if (quarantined.some(({ revision }) => revision === running.revision)) return true;
  return candidate === null && running.at >= (stableSince ?? 0);
}

/** Since when nobody answers for the member; null while its sidecar is connected. */
export function awaySince({ link }: Member, leaderSince: Millis): Millis | null {
  switch (link.kind) {
    case 'connected':
      return null;
    case 'away':
      return link.since;
    case 'unreported':
      return leaderSince;
  }
}
