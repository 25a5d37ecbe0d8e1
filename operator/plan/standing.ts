import { isExhausted, nextTryAt } from './attempt.ts';
import { awaySince, patience } from './fleet.ts';
import type { Member, Millis, Progress, Revision, Running, Situation } from './situation.ts';

/** How one member that was given the revision stands to it. `until`: when silence alone becomes a failure. */
export type Answer =
  | { readonly kind: 'applied' }
  | { readonly kind: 'awaited'; readonly until: Millis | null; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string };

export function answerOf(member: Member, revision: Revision, situation: Situation, progress: Progress): Answer {
  const { policy, leaderSince, now } = situation;
  const { name, asked, refused, running } = member;
  if (isExhausted(progress, member, revision, policy)) return failed(`${name} refused ${revision}: ${refused?.because}`);

  const away = awaySince(member, leaderSince);
  if (asked?.revision === revision) return awaited(asked.at, `${name} did not answer within ${inSeconds(policy.timeoutMs)}`);
  // What it ran when it was asked for something else, it may not run by now.
  if (running?.revision !== revision || asked !== null) {
    if (away !== null) return awaited(away, `${name} was asked and has been away since`);
    const next = nextTryAt(progress, member);
    return { kind: 'awaited', until: now < next ? next : null, because: `${name} is yet to be asked` };
  }
  if (away !== null) return awaited(away, `${name} applied ${revision}, and has been away since`);
  const restarts = restartsOf(member, running);
  if (restarts.length > policy.restarts) return failed(`${name} restarted after it applied ${revision}`);
  if (member.ready) return { kind: 'applied' };
  // What the policy allows costs a while of readiness: from the end of a container to its next start, and until that one is Ready.
  const allowed = [...restartsOf(member, { ...running, at: running.at - SECOND_MS }), ...member.endedAt];
  if (allowed.length > 0 && allowed.length <= policy.restarts)
    return awaited(Math.max(...allowed), `${name} restarted after it applied ${revision}, and is not Ready since`);
  const seenAt = (member.unreadySince ?? 0) + SEEN_MS;
  const gone = `${name} applied ${revision}, and is not Ready any more`;
  if (allowed.length < policy.restarts && now < seenAt) return { kind: 'awaited', until: seenAt, because: gone };
  // A reload may cost a moment of readiness. Who applied before the bake began was Ready then, and is no more.
  if (progress.bakeStartedAt !== null && running.at <= progress.bakeStartedAt) return failed(gone);
  return awaited(running.at, `${name} applied ${revision}, and is not Ready`);

  function awaited(since: Millis, because: string): Answer {
    const until = since + patience(policy);
    return now < until ? { kind: 'awaited', until, because } : failed(because);
  }
}

/** Kubernetes tells of starts to the second: one in that of the ack may have been before it, or after. */
const SECOND_MS: Millis = 1_000;
/** A readiness probe fails sooner than its kubelet sees that the container has ended. */
const SEEN_MS: Millis = 4_000;

/** An app that boots starts after its files are in place: only a start after a reload is a restart. */
function restartsOf({ startedAt }: Member, { at, proof }: Running): readonly Millis[] {
  return proof === 'Booted' || proof === 'Adopted' ? [] : startedAt.filter((start) => start > at);
}

function failed(because: string): Answer {
  return { kind: 'failed', because };
}

function inSeconds(ms: Millis): string {
  return `${ms / 1000}s`;
}
