import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Injection } from './inject.ts';
import type { Pod } from './pod.ts';
import { aPod, aReview, answerIn } from './testing/a-review.ts';
import { openWebhook } from './webhook.ts';

const injected = { ...aPod, spec: { ...aPod.spec, shareProcessNamespace: true } };

test('a pod that a policy has is answered with the patch that injects it, and nothing is said to its maker', async () => {
  const { answer, results, logged } = aWebhook({ kind: 'injected', policy: 'web', pod: injected });
  const { status, body } = await answer(aReview());
  assert.equal(status, 200);
  assert.deepEqual(answerIn(body), {
    uid: 'review-1',
    allowed: true,
    patchType: 'JSONPatch',
    patch: [{ op: 'add', path: '/spec/shareProcessNamespace', value: true }],
  });
  assert.deepEqual(results, ['injected']);
  assert.deepEqual(logged, [{ level: 'info', result: 'injected', namespace: 'shop', pod: 'web-7d9c5b-…', policy: 'web', tookMs: 0 }]);
});

test('a pod that is injected already is asked about once more where another webhook changed it, and stays as it is', async () => {
  const { answer, results } = aWebhook({ kind: 'injected', policy: 'web', pod: aPod });
  assert.equal(answerIn((await answer(aReview())).body).patch, null);
  assert.deepEqual(results, ['unchanged']);
});

test('a pod that is refused is let in as it is, with a warning, a word to its policy, and a line in the log', async () => {
  const { answer, results, refused, logged } = aWebhook({ kind: 'refused', policy: 'web', because: 'container nginx mounts by subPath' });
  const { allowed, patch, warnings } = answerIn((await answer(aReview({ object: { ...aPod, metadata: { name: 'web-1' } } }))).body);
  assert.deepEqual([allowed, patch], [true, null]);
  assert.deepEqual(warnings, ['fleet-reload leaves this pod as it is: container nginx mounts by subPath']);
  assert.deepEqual(refused, ['web: web-1: container nginx mounts by subPath']);
  assert.deepEqual(results, ['refused']);
  assert.equal(logged[0]?.level, 'warn');
});

test('a dry run is answered as it would be, and leaves nothing behind', async () => {
  const { answer, refused } = aWebhook({ kind: 'refused', policy: 'web', because: 'container nginx mounts by subPath' });
  assert.equal(answerIn((await answer(aReview({ dryRun: true }))).body).warnings?.length, 1);
  assert.deepEqual(refused, []);
});

test('a pod that asks for injection and that no policy selects: its maker is told', async () => {
  const { answer, results } = aWebhook({ kind: 'none', because: 'no ReloadPolicy selects the pod' });
  assert.deepEqual(answerIn((await answer(aReview())).body).warnings, [
    'fleet-reload leaves this pod as it is: no ReloadPolicy selects the pod',
  ]);
  assert.deepEqual(results, ['none']);
});

test('policies of other namespaces are not asked', async () => {
  const { answer, asked } = aWebhook({ kind: 'none', because: 'nobody' });
  await answer(aReview({ namespace: 'garden' }));
  assert.deepEqual(asked, ['garden']);
});

test('what is no review of a new pod is a bad request', async () => {
  const { answer, results } = aWebhook({ kind: 'none', because: 'nobody' });
  assert.deepEqual(await answer('{'), { status: 400, body: 'no review of a new pod: the body' });
  assert.deepEqual(results, ['malformed']);
});

test('a fault of ours is an HTTP status, so that failurePolicy decides; it is logged, and the next review is answered', async () => {
  const { answer, results, logged } = aWebhook(() => {
    throw new TypeError('cannot read');
  });
  for (const _time of ['once', 'again']) assert.deepEqual(await answer(aReview()), { status: 500, body: 'injection failed' });
  assert.deepEqual(results, ['failed', 'failed']);
  assert.equal(logged[0]?.level, 'error');
});

test('what a pod and its containers are called steers no terminal', async () => {
  const { answer, refused } = aWebhook({ kind: 'refused', policy: 'web', because: 'container a\u001b[2Jb\nc is odd' });
  const { warnings } = answerIn((await answer(aReview({ object: { ...aPod, metadata: { name: 'p\u001b[31m' } } }))).body);
  assert.deepEqual(warnings, ['fleet-reload leaves this pod as it is: container a\\u{1b}[2Jb\\u{a}c is odd']);
  assert.deepEqual(refused, ['web: p\\u{1b}[31m: container a\\u{1b}[2Jb\\u{a}c is odd']);
});

function aWebhook(injection: Injection | (() => never)) {
  const results: string[] = [];
  const refused: string[] = [];
  const asked: string[] = [];
  const logged: { readonly level: string }[] = [];
  const log = (level: string) => (fields: object) => void logged.push({ level, ...fields });
  const answer = openWebhook({
    inject: (_pod: Pod) => (typeof injection === 'function' ? injection() : injection),
    policiesFor: async (namespace) => {
      asked.push(namespace);
      return [{ metadata: { name: 'web' } } as ReloadPolicy];
    },
    onRefused: ({ metadata }, pod, because) => void refused.push(`${metadata.name}: ${pod}: ${because}`),
    onAnswer: (result) => void results.push(result),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    now: () => 0,
  });
  return { answer, results, refused, asked, logged };
}
