import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTo, askedIn } from './review.ts';
import { aPod, aReview, answerIn } from './testing/a-review.ts';

test('the namespace is that of the request: a pod that a controller makes does not say its own', () => {
  assert.deepEqual(askedIn(aReview()), { uid: 'review-1', namespace: 'shop', dryRun: false, pod: aPod });
});

const malformed: [body: string, says: string, because: string][] = [
  ['', 'the body', 'nothing was sent'],
  ['{"apiVersion":', 'the body', 'it is cut off'],
  ['[]', 'the body', 'a list'],
  ['null', 'the body', 'null'],
  [aReview().replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'), 'apiVersion', 'an older version'],
  [aReview({ uid: '' }), 'request.uid', 'without a uid'],
  [aReview({ operation: 'UPDATE' }), 'request.operation', 'a pod that is there already cannot be injected'],
  [aReview({ subResource: 'ephemeralcontainers' }), 'request.subResource', 'only a part of a pod'],
  [aReview({ resource: { group: 'apps', version: 'v1', resource: 'deployments' } }), 'request.resource.group', 'another kind'],
  [aReview({ namespace: '' }), 'request.namespace', 'without a namespace'],
  [aReview({ object: null }), 'request.object', 'without a pod'],
  [aReview({ object: { metadata: {}, spec: { containers: 'all' } } }), 'request.object.spec.containers', 'a pod of another shape'],
];

for (const [body, says, because] of malformed) {
  test(`a review is not understood: ${because}`, () => {
    const asked = askedIn(body);
    assert.ok(typeof asked === 'string', 'it was understood');
    assert.ok(asked.startsWith(`no review of a new pod: ${says}`), asked);
  });
}

test('what is said of a malformed review quotes nothing of the pod', () => {
  const secret = { spec: { containers: [{ name: 'a', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] } };
  assert.doesNotMatch(JSON.stringify(askedIn(aReview({ operation: 'hunter2', object: secret }))), /hunter2/);
});

test('without a change there is neither a patch nor its type, which the API server would refuse without the other', () => {
  const answer = JSON.parse(answerTo({ uid: '1', namespace: 'shop', dryRun: false, pod: {} }, [], null));
  assert.deepEqual(answer, { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: '1', allowed: true } });
});

test('a long warning is cut, and the pod is let in', () => {
  const { allowed, warnings } = answerIn(answerTo({ uid: '1', namespace: 'shop', dryRun: false, pod: {} }, [], 'x'.repeat(5000)));
  assert.equal(allowed, true);
  assert.equal(warnings?.[0]?.length, 1024);
});
