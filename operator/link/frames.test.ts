import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ack, FromSidecar, Want } from '../../sidecar/protocol.ts';
import { harmless, parseFrame } from './frames.ts';
import { aHello, anAssignment } from './testing/a-link.ts';

const { content } = anAssignment('r1', { conf: 'one' });
const want: Want = { type: 'want', epoch: [1, 2], files: [{ source: 'secrets/tls', key: 'tls.key' }] };
const ack: Ack = {
  type: 'ack',
  epoch: [1, 2],
  revision: '3f2a9c01d2e4b6a8',
  content,
  attempt: '7.1',
  outcome: { kind: 'refused', because: 'no', agoMs: 0.5 },
  running: null,
  firedAt: null,
  tookMs: null,
};
const hello = aHello({ epoch: [1, 2], running: { content, revision: null, proof: 'Booted', agoMs: 3 } });

for (const frame of [hello, want, ack] satisfies FromSidecar[])
  test(`reads a ${frame.type} as it was said`, () => {
    assert.deepEqual(parseFrame(bytesOf(frame)), { kind: 'frame', frame });
  });

test('fields of a newer sidecar are passed over', () => {
  assert.deepEqual(parseFrame(bytesOf({ ...want, mood: 'good' })), { kind: 'frame', frame: want });
});

test('another version is told apart before anything else of its hello is read', () => {
  assert.deepEqual(parseFrame(bytesOf({ type: 'hello', protocol: 2, news: [] })), { kind: 'other version', theirs: 2 });
});

for (const [what, frame, because] of [
  ['no JSON', 'hello', 'unreadable frame'],
  ['a JSON null', 'null', 'unreadable frame'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'unreadable frame'],
  ['an unknown type', { type: 'shout' }, 'unreadable frame: type'],
  ['what only the operator says', { type: 'ca', pem: '' }, 'unreadable frame: type'],
  ['an epoch of three', { ...want, epoch: [1, 2, 3] }, 'unreadable frame: epoch'],
  ['an epoch below zero', { ...ack, epoch: [-1, 0] }, 'unreadable frame: epoch.0'],
  ['an epoch of words', { ...hello, epoch: 'high' }, 'unreadable frame: epoch'],
  ['a content that is no digest', { ...ack, content: '../../etc' }, 'unreadable frame: content'],
  ['a path that climbs', { ...want, files: [{ source: 'secrets/../x', key: 'k' }] }, 'unreadable frame: files.0.source'],
  ['a key with a slash', { ...want, files: [{ source: 'secrets/tls', key: 'a/b' }] }, 'unreadable frame: files.0.key'],
  ['more files than a revision has', { ...want, files: Array.from({ length: 351 }, () => want.files[0]) }, 'unreadable frame: files'],
  ['an unknown proof', { ...ack, outcome: { kind: 'applied', proof: 'Trust me', agoMs: 0 } }, 'unreadable frame: outcome.proof'],
  ['an outcome of tomorrow', { ...ack, outcome: { kind: 'refused', because: 'no', agoMs: -1 } }, 'unreadable frame: outcome.agoMs'],
  ['a revision with a newline', { ...ack, revision: 'r1\nr2' }, 'unreadable frame: revision'],
] as const)
  test(`refuses ${what}`, () => {
    assert.deepEqual(parseFrame(bytesOf(frame)), { kind: 'unreadable', because });
  });

test("an app's words cannot break a log line, colour a terminal or fill the memory", () => {
  assert.equal(harmless('a\n\u001b[31mred\u202e \u{1f600}'), 'a\\u{a}\\u{1b}[31mred\\u{202e} \u{1f600}');
  const long = parseFrame(bytesOf({ ...ack, outcome: { kind: 'refused', because: 'x'.repeat(100_000), agoMs: 0 } }));
  assert.ok(long.kind === 'frame' && long.frame.type === 'ack' && long.frame.outcome.kind === 'refused');
  assert.equal(long.frame.outcome.because.length, 1024);
});

function bytesOf(frame: object | string): Buffer {
  if (Buffer.isBuffer(frame)) return frame;
  return Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame));
}
