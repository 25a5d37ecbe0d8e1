import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { eventsOf } from './watch-events.ts';

const metadata = { name: 'a', namespace: 'shop', uid: 'u1', resourceVersion: '7' };
const read = (line: unknown) => {
  const body = Readable.from([
    Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}
`),
  ]);
  return Readable.from(eventsOf('WATCH /x', body)).toArray();
};

for (const [type, kind] of [
  ['ADDED', 'put'],
  ['MODIFIED', 'put'],
  ['DELETED', 'drop'],
] as const) {
  test(`${type} is a ${kind}`, async () => {
    assert.deepEqual(await read({ type, object: { metadata } }), [{ kind, object: { metadata }, version: '7' }]);
  });
}

test('a bookmark says up to where nothing of ours happened, and whether the list is whole', async () => {
  const whole = { 'k8s.io/initial-events-end': 'true' };
  assert.deepEqual(await read({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } }), [
    { kind: 'bookmark', version: '9', whole: false },
  ]);
  assert.deepEqual(await read({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9', annotations: whole } } }), [
    { kind: 'bookmark', version: '9', whole: true },
  ]);
});

test('an ERROR line is what its Status says', async () => {
  const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 1 (7)' };
  await assert.rejects(read({ type: 'ERROR', object }), {
    status: 410,
    reason: 'Expired',
    message: 'WATCH /x: 410 Expired: too old resource version: 1 (7)',
  });
});

for (const [line, because] of [
  ['{"type":"ADDED","object":{"data":{"password":"hunter2"', 'is no JSON object'],
  ['"hunter2"', 'is no JSON object'],
  ['null', 'is no JSON object'],
  ['{"type":"ADDED","object":{}}', 'has no resourceVersion'],
  ['{"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}}', 'has no name or uid'],
  [`{"type":"RENAMED","object":{"metadata":${JSON.stringify(metadata)}}}`, 'is of no known type'],
] as const) {
  test(`a line that ${because} ends the watch, and is not quoted: ${line.slice(0, 20)}`, async () => {
    await assert.rejects(read(line), { reason: 'Garbled', message: `a watch line ${because}` });
  });
}
