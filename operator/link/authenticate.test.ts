import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authenticator, type Pod } from './authenticate.ts';
import type { Review } from './review.ts';
import { aPod } from './testing/a-link.ts';
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

test('a token that does not say when it expires is reviewed at each use', async () => {
  const { check, reviews } = aGate();
  await check('opaque');
  await check('opaque');
  assert.equal(reviews.length, 2);
});

test('a refused token is not asked about again for ten seconds, then it is', async () => {
  const { clock, check, reviews, answer } = aGate();
  answer.review = async () => ({ kind: 'invalid' });
  await check('bad');
  clock.turn(9_000);
  assert.deepEqual(await check('bad'), { kind: 'refused', reason: 'invalid_token' });
  assert.equal(reviews.length, 1);
  clock.turn(1_000);
  await check('bad');
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
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'other_pod' });
  pods.set('1', { ...aPod('1'), namespace: 'other' });
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'other_pod' });
  pods.delete('1');
  assert.deepEqual(await check(token), { kind: 'refused', reason: 'unknown_pod' });
});

test('more than 500 new tokens a second are sent away without a review', async () => {
  const { clock, check, reviews } = aGate();
  const verdicts = [];
  for (let i = 0; i < 510; i++) verdicts.push(await check(`token-${i}`));
  assert.equal(reviews.length, 500);
  assert.deepEqual(verdicts.at(-1), { kind: 'refused', reason: 'busy' });
  clock.turn(1_000);
  await check('token-509');
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
  const pods = new Map<string, Pod>([['1', aPod('1')]]);
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
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ exp: expiresAt / 1000 })}.c2lnbmF0dXJl`;
}
