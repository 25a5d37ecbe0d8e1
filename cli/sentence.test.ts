import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outageOf, refusalOf } from '../operator/kube/errors.ts';
import { sentenceOf } from './sentence.ts';

const PATCH = 'PATCH /apis/fleetreload.dev/v1alpha1/namespaces/shop/reloads/web-7?fieldManager=kubectl-reload';
const status = (code: number, reason: string, message: string) => ({
  kind: 'Status' as const,
  code,
  reason,
  message,
  details: { name: 'web-7' },
});

for (const [error, says, because] of [
  [
    refusalOf(PATCH, 403, status(403, 'Forbidden', 'reloads.fleetreload.dev "web-7" is forbidden: User "bob" cannot patch it')),
    'reloads.fleetreload.dev "web-7" is forbidden: User "bob" cannot patch it',
    "the API server's words are enough",
  ],
  [
    outageOf(PATCH, new Error('connect ECONNREFUSED 127.0.0.1:1')),
    'the API server does not answer: connect ECONNREFUSED 127.0.0.1:1',
    'nobody is there',
  ],
  [
    refusalOf('GET /apis/fleetreload.dev/v1alpha1/reloads', 404, null),
    'the API server does not know the kinds of Fleet Reload: install its CRDs, or choose another --context',
    'it is another cluster, as a rule',
  ],
  [new Error('there is no namespace shop'), 'there is no namespace shop', 'it is a sentence already'],
] as const)
  test(`${says}: ${because}`, () => assert.equal(sentenceOf(error), says));
