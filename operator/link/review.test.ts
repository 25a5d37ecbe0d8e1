import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Reviewed, type TokenReview, read, tokenReview } from './review.ts';

const status = {
  authenticated: true,
  audiences: ['fleetreload.dev'],
  user: {
    username: 'system:serviceaccount:shop:default',
    extra: { 'authentication.kubernetes.io/pod-name': ['web-1'], 'authentication.kubernetes.io/pod-uid': ['1'] },
  },
};
const table: [why: string, status: TokenReview['status'], answer: Reviewed['kind']][] = [
  ['a pod of its ServiceAccount', status, 'pod'],
  ['refused by the API server', { ...status, authenticated: false }, 'invalid'],
  ['no status', undefined, 'invalid'],
  ['a server that knows no audiences', { ...status, audiences: [] }, 'invalid'],
  ['for another audience', { ...status, audiences: ['https://kubernetes.default.svc'] }, 'invalid'],
  ['bound to no pod', { ...status, user: { username: status.user.username, extra: {} } }, 'not a pod'],
  ['a user with the words of a pod', { ...status, user: { ...status.user, username: 'mallory' } }, 'not a pod'],
];
for (const [why, given, answer] of table)
  test(`a token review of ${why} is ${answer}`, () => {
    assert.equal(read({ ...(given && { status: given }) }).kind, answer);
  });

test('the review asks for our audience, and names the pod by the API server alone', async () => {
  const asked: object[] = [];
  const review = tokenReview({
    create: async <T>(path: string, body: object) => {
      asked.push({ path, ...body });
      return { status } as T;
    },
  });
  assert.deepEqual(await review('abc'), { kind: 'pod', pod: { uid: '1', namespace: 'shop', name: 'web-1' } });
  assert.deepEqual(asked, [
    {
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: 'abc', audiences: ['fleetreload.dev'] },
    },
  ]);
});
