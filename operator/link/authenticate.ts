import { createHash } from 'node:crypto';
import { bucket } from './bucket.ts';
import { type Claims, claimsOf } from './claims.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import { type Expiring, expiring } from './expiring.ts';
import type { Refusal } from './refusal.ts';
import type { Review, Reviewed } from './review.ts';

/** The pod that a stream speaks for. Its token says so, and nothing that the sidecar sends. */
export type Pod = { readonly uid: string; readonly namespace: string; readonly name: string };

/** `pod`: the API server vouches for it, though we refuse it. */
export type Verdict =
  | { readonly kind: 'pod'; readonly pod: Pod }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly pod?: Pod };

export type Authenticate = (authorization: string | undefined) => Promise<Verdict>;

export type AuthenticateOptions = {
  readonly review: Review;
  /** Our own pod cache: a token is good only as long as its pod is there. */
  readonly podOf: (uid: string) => (Omit<Pod, 'uid'> & { readonly phase?: string }) | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly counters: Pick<Counters, 'reviewed'>;
};

const MAX_TOKEN_BYTES = 16 * 1024;
/** The kubelet renews a token long before it expires; ours must not be believed when the API server's is not. */
const EARLY_MS = 60_000;
/** The API server's clock decides, which may be behind ours. */
const LATE_MS = 60_000;
/** A token that was refused is asked about again after this, should the cluster have been wrong. */
const REFUSED_MS = 10_000;
const MAX_ACCEPTED = 100_000;
const MAX_REFUSED = 10_000;
const REVIEWS = { perSecond: 500, burst: 500 };
/** Of tokens whose pod we do not see: it is new, or gone, or made up; that must not use up what the others need. */
const REVIEWS_OF_UNKNOWN = { perSecond: 20, burst: 100 };

/**
 * One TokenReview per new token, also where it comes twice at once; kept under its hash until it expires. None for a token that says itself
 * that it is not for us.
 */
export function authenticator({ review, podOf, clock, counters }: AuthenticateOptions): Authenticate {
  const take = bucket(REVIEWS, clock);
  const takeUnknown = bucket(REVIEWS_OF_UNKNOWN, clock);
  const accepted: Expiring<Reviewed> = expiring(MAX_ACCEPTED, clock.now);
  const refused: Expiring<Reviewed> = expiring(MAX_REFUSED, clock.now);
  const asking = new Map<string, Promise<Reviewed>>();

  const ask = async (token: string, hash: string, { expiresAt }: Claims): Promise<Reviewed> => {
    counters.reviewed();
    const answer = await review(token);
    if (answer.kind !== 'pod') refused.set(hash, answer, clock.now() + REFUSED_MS);
    else accepted.set(hash, answer, expiresAt - EARLY_MS);
    return answer;
  };

  const lookUp = async (token: string, claims: Claims, isKnown: boolean): Promise<Reviewed | { kind: 'refused'; reason: Refusal }> => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = accepted.get(hash) ?? refused.get(hash) ?? asking.get(hash);
    if (known) return known;
    if (!isKnown && !takeUnknown()) return { kind: 'refused', reason: 'unknown_pod' };
    if (!take()) return { kind: 'refused', reason: 'busy' };
    const answer = ask(token, hash, claims).finally(() => asking.delete(hash));
    asking.set(hash, answer);
    return answer;
  };

  return async (authorization) => {
    const token = /^Bearer ([-._~+/=a-z0-9]+)$/i.exec(authorization ?? '')?.[1];
    if (!token || token.length > MAX_TOKEN_BYTES) return { kind: 'refused', reason: 'no_token' };

    const claims = claimsOf(token);
    if (claims === null || !claims.forUs || claims.expiresAt + LATE_MS <= clock.now()) return { kind: 'refused', reason: 'invalid_token' };
    if (claims.podUid === null) return { kind: 'refused', reason: 'not_a_pod' };

    const found = await lookUp(token, claims, podOf(claims.podUid) !== undefined);
    switch (found.kind) {
      case 'refused':
        return found;
      case 'invalid':
        return { kind: 'refused', reason: 'invalid_token' };
      case 'not a pod':
        return { kind: 'refused', reason: 'not_a_pod' };
      case 'pod':
        return present(found.pod, podOf);
    }
  };
}

/** A pod that we do not see may be there in a moment, as its token can be quicker than our watch; one that is gone stays unknown. */
function present(pod: Pod, podOf: AuthenticateOptions['podOf']): Verdict {
  const ours = podOf(pod.uid);
  if (!ours) return { kind: 'refused', reason: 'unknown_pod', pod };
  if (ours.namespace !== pod.namespace || ours.name !== pod.name) return { kind: 'refused', reason: 'other_pod', pod };
  // Its object is still there, and the API server still takes its token: nobody of it runs any more.
  if (ours.phase === 'ended') return { kind: 'refused', reason: 'ended_pod', pod };
  return { kind: 'pod', pod };
}
