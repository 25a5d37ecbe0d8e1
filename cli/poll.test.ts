import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../operator/kube/errors.ts';
import { poll } from './poll.ts';

const outage = new KubeError('GET /api/v1/pods: 503 ServiceUnavailable', { status: 503, reason: 'ServiceUnavailable' });
const refusal = new KubeError('GET /api/v1/pods: 403 Forbidden', { status: 403, reason: 'Forbidden' });

/** Answers one after another; an error is thrown. The last is repeated. */
function answering(...answers: readonly (string | null | Error)[]): () => Promise<string | null> {
  let asked = 0;
  return () => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

test('an outage is no answer yet: it is asked again', async () => {
  assert.equal(await poll(answering(null, outage, outage, 'there'), 60_000, 1), 'there');
});

test('an outage that lasts is told when the time is over', async () => {
  await assert.rejects(poll(answering(outage), 200, 1), outage);
});

test('where it is still not so in time, the answer is null, whatever outage there was before', async () => {
  assert.equal(await poll(answering(outage, null), 200, 1), null);
});

test('a refusal ends it at once', async () => {
  await assert.rejects(poll(answering(refusal, 'there'), 60_000, 1), refusal);
});
