import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticator, type Pod } from './authenticate.ts';
import type { Review } from './review.ts';
import { aPod, tokenOf } from './testing/a-link.ts';
import { turnedClock } from './testing/turned-clock.ts';

const MINUTE = 60_000;

test('a token is reviewed once, then known until shortly before it expires', async () => {
  const { clock, check, reviews } = aGate();
  const token = aToken(clock.now() + 60 * MINUTE);
  for (const minutes of [0, 1, 57]) {
    clock.turn(minutes * MINUTE);
    assert.deepEqual(await check(token), { kind: 'pod', pod: aPod('1') });
  }
  assert.equal(reviews.length, 1);
  clock.turn(1.5 * MINUTE);
  await check(token);
  assert.equal(reviews.length, 2);
});

test('a token that comes twice at once is reviewed once', async () => {
  const { clock, check, reviews } = aGate();
  const token = aToken(clock.now() + 60 * MINUTE);
  await Promise.all([check(token), check(token)]);
  assert.equal(reviews.length, 1);
});

for (const [what, token, reason] of [
  ['is none of the API server', () => 'opaque', 'invalid_token'],
  ['is for somebody else', (exp) => tokenOf('1', { exp, aud: ['https://kubernetes.default.svc'] }), 'invalid_token'],
  ['does not say when it expires', () => tokenOf('1', { exp: undefined }), 'invalid_token'],
  ['has expired for more than a minute', (exp) => tokenOf('1', { exp: exp - 3660 }), 'invalid_token'],
  ['is bound to no pod', (exp) => tokenOf('1', { exp, 'kubernetes.io': { node: { name: 'n', uid: '1' } } }), 'not_a_pod'],
] as const satisfies readonly (readonly [string, (exp: number) => string, string])[])
  test(`the API server is not asked about a token that ${what}`, async () => {
    const { clock, check, reviews } = aGate();
    assert.deepEqual(await check(token(clock.now() / 1000 + 3600)), { kind: 'refused', reason });
    assert.equal(reviews.length, 0);
  });

test('what a token says of itself is no proof: the pod is the one that the API server names', async () => {
  const { clock, check, pods, answer } = aGate();
  pods.set('2', aPod('2'));
  answer.review = async () => ({ kind: 'pod', pod: aPod('2') });
  assert.deepEqual(await check(aToken(clock.now() + 60 * MINUTE)), { kind: 'pod', pod: aPod('2') });
  answer.review = async () => ({ kind: 'invalid' });
  assert.deepEqual(await check(aToken(clock.now() + 61 * MINUTE)), { kind: 'refused', reason: 'invalid_token' });
});

test('a token whose pod we do not see is asked about: a new pod is known in a moment, a deleted one is refused', async () => {
  const { clock, check, pods, reviews, answer } = aGate();
  pods.clear();
  const token = aToken(clock.now() + 60 * MINUTE);
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'unknown_pod', pod: aPod('1') });
  pods.set('1', aPod('1'));
  assert.equal((await check(token)).kind, 'pod');
  assert.equal(reviews.length, 1);
  pods.clear();
  answer.review = async () => ({ kind: 'invalid' });
  assert.deepEqual(await check(aToken(clock.now() + 61 * MINUTE)), { kind: 'refused', reason: 'invalid_token' });
});

test('tokens of pods that nobody sees use up their own reviews only', async () => {
  const { clock, check, pods, reviews, answer } = aGate();
  pods.clear();
  answer.review = async () => ({ kind: 'invalid' });
  for (let i = 0; i < 200; i++) await check(aToken(clock.now() + 60 * MINUTE + i * 1_000));
  assert.equal(reviews.length, 100);
  pods.set('1', aPod('1'));
  answer.review = async () => ({ kind: 'pod', pod: aPod('1') });
  assert.equal((await check(aToken(clock.now() + 90 * MINUTE))).kind, 'pod');
});

test('a pod that has ended gets no stream, though its object is there and its token good', async () => {
  const { clock, check, pods } = aGate();
  pods.set('1', { ...aPod('1'), phase: 'ended' });
  assert.deepEqual(await check(aToken(clock.now() + 60 * MINUTE)), { kind: 'refused', reason: 'ended_pod', pod: aPod('1') });
});

test('a refused token is not asked about again for ten seconds, then it is', async () => {
  const { clock, check, reviews, answer } = aGate();
  answer.review = async () => ({ kind: 'invalid' });
  const bad = aToken(clock.now() + 60 * MINUTE);
  await check(bad);
  clock.turn(9_000);
  assert.deepEqual(await check(bad), { kind: 'refused', reason: 'invalid_token' });
  assert.equal(reviews.length, 1);
  clock.turn(1_000);
  await check(bad);
  assert.equal(reviews.length, 2);
});

test('an outage is no verdict: it throws, and the next use asks again', async () => {
  const { clock, check, answer } = aGate();
  const token = aToken(clock.now() + 60 * MINUTE);
  answer.review = async () => Promise.reject(new Error('no answer'));
  await assert.rejects(check(token), /no answer/);
  answer.review = async () => ({ kind: 'pod', pod: aPod('1') });
  assert.equal((await check(token)).kind, 'pod');
});

test('each use looks for the pod: one that is gone, or has another name, gets no stream by a token that is known', async () => {
  const { clock, check, pods } = aGate();
  const token = aToken(clock.now() + 60 * MINUTE);
  await check(token);
  pods.set('1', { ...aPod('1'), name: 'other' });
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'other_pod', pod: aPod('1') });
  pods.set('1', { ...aPod('1'), namespace: 'other' });
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'other_pod', pod: aPod('1') });
  pods.delete('1');
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'unknown_pod', pod: aPod('1') });
});

test('more than 500 new tokens a second are sent away without a review', async () => {
  const { clock, check, reviews } = aGate();
  const verdicts = [];
  for (let i = 0; i < 510; i++) verdicts.push(await check(aToken(clock.now() + 60 * MINUTE + i * 1_000)));
  assert.equal(reviews.length, 500);
  assert.deepEqual(verdicts.at(-1), { kind: 'refused', reason: 'busy' });
  clock.turn(1_000);
  await check(aToken(clock.now() + 90 * MINUTE));
  assert.equal(reviews.length, 501);
});

for (const authorization of [undefined, '', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer two words', `Bearer ${'x'.repeat(20_000)}`])
  test(`no review for: ${authorization?.slice(0, 20) ?? 'no header'}`, async () => {
    const { authenticate, reviews } = aGate();
    assert.deepEqual(await authenticate(authorization), { kind: 'refused', reason: 'no_token' });
    assert.equal(reviews.length, 0);
  });

/** Answers every review with pod 1, unless told otherwise. */
function aGate() {
  const clock = turnedClock();
  const pods = new Map<string, Pod & { readonly phase?: string }>([['1', aPod('1')]]);
  const reviews: string[] = [];
  const answer: { review: Review } = { review: async () => ({ kind: 'pod', pod: aPod('1') }) };
  const authenticate = authenticator({
    review: (token) => {
      reviews.push(token);
      return answer.review(token);
    },
    podOf: (uid) => pods.get(uid),
    clock,
    counters: { reviewed: () => {} },
  });
  return { clock, pods, reviews, answer, authenticate, check: (token: string) => authenticate(`Bearer ${token}`) };
}

function aToken(expiresAt: number): string {
  return tokenOf('1', { exp: expiresAt / 1000 });
}
