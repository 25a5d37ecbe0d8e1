/** The sidecar reads what comes from an operator: it is understood, passed over, or refused in a sentence; what has no place here changes nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromOperator } from '../../sidecar/frames.ts';
import { EMPTY_JOURNAL } from '../../sidecar/journal.ts';
import { step } from '../../sidecar/member.ts';
import { type Assign, contentOf, type Epoch } from '../../sidecar/protocol.ts';
import { anAssignment } from '../../sidecar/test/operator-double.ts';
import type { Member } from '../../sidecar/work.ts';
import { nearly } from './mutate.ts';
import { converseOften, FRAMES } from './rounds.ts';

const verify = fc.constantFrom(
  null,
  { kind: 'workers' },
  { kind: 'http', port: 80, path: '/', jsonPath: '$.v', equals: 'Revision' },
  { kind: 'http', port: 80, path: '/', jsonPath: null, equals: { source: 'configmaps/web', key: 'a' } },
);
const handle = fc.oneof(
  fc.record({
    kind: fc.constant('signal'),
    signal: fc.constantFrom('SIGHUP', 'SIGUSR2'),
    process: fc.constant('app'),
    container: fc.constant(null),
    verify,
  }),
  fc.record({
    kind: fc.constant('http'),
    port: fc.constant(80),
    path: fc.constant('/'),
    method: fc.constant('POST'),
    headers: fc.constant([{ name: 'a', value: 'b' }]),
    verify,
  }),
);
const anAssign = fc
  .record({
    handle,
    epoch: fc.constantFrom([5, 1], [5, 2], [4, 9], [6, 0]),
    bytes: fc.constantFrom('A', 'B'),
    attempt: fc.constantFrom('1.1', '2.1'),
  })
  .map(({ bytes, ...more }) => anAssignment({ 'configmaps/web': { a: bytes }, 'secrets/tls': {} }, more as Partial<Assign>));
const aFrame = nearly(fc.oneof({ weight: 6, arbitrary: anAssign }, { weight: 1, arbitrary: fc.constant({ type: 'ca', pem: 'PEM' }) }));
const aConversation = fc.array(aFrame, { minLength: 1, maxLength: 20 });

test(`of ${FRAMES} frames none crashes the sidecar, none that is malformed or late has an effect, and memory does not grow`, async (t) => {
  const { frames, grownMb } = await converseOften(aConversation, (said) => {
    let member: Member = { journal: EMPTY_JOURNAL, next: null, ticket: 0 };
    for (const bytes of said) {
      const assign = read(bytes.toString('utf8'));
      if (assign === null) continue;
      assertWhole(assign);
      const before = member;
      const { effects, member: after } = step(member, { kind: 'assign', assign }, 1);
      member = after;
      if (isLate(assign.epoch, before.journal.epoch)) {
        assert.equal(after, before);
        assert.deepEqual(
          effects.map((effect) => (effect.do === 'ack' ? effect.ack.outcome.kind : effect.do)),
          ['refused'],
        );
      } else assert.deepEqual(after.journal.epoch, assign.epoch);
    }
    return said.length;
  });
  t.diagnostic(`${frames} frames, live memory grew by ${grownMb.toFixed(1)} MB`);
  assert.ok(grownMb < 20, `live memory grew by ${grownMb} MB`);
});

/** Null where it is no assignment. */
function read(text: string): Assign | null {
  try {
    const frame = fromOperator(text);
    return frame?.type === 'assign' ? frame : null;
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(error.message, /^[\x20-\x7e]{1,120}$/, 'a sentence that fits into a close frame, and quotes nothing');
    return null;
  }
}

/** Checked a second time, and by other means than when it was read. */
function assertWhole(assign: Assign): void {
  const { files, sources, epoch, timeoutMs, handle: its } = assign;
  assert.equal(contentOf(files), assign.content);
  assert.ok(epoch.length === 2 && epoch.every((number) => Number.isSafeInteger(number) && number >= 0));
  for (const source of [...sources, ...files.map((file) => file.source)]) assert.match(source, /^(configmaps|secrets)\/[^/]+$/);
  for (const source of sources) assert.doesNotMatch(source, /\/\.{0,2}$/);
  for (const { bytes, mode, sha256 } of files) {
    assert.ok(bytes >= 0 && bytes <= 4 << 20 && mode >= 0 && mode <= 0o777);
    assert.match(sha256, /^[0-9a-f]{64}$/);
  }
  assert.ok(timeoutMs >= 1 && timeoutMs <= 86_400_000);
  if (its.kind === 'signal') assert.match(its.signal, /^SIG(HUP|USR1|USR2|WINCH)$/);
  if (its.kind === 'http') assert.ok(its.path.startsWith('/') && its.port >= 1 && its.port <= 65_535);
  assert.ok(Buffer.byteLength(JSON.stringify(assign)) <= 4 * 256 * 1024);
}

function isLate(epoch: Epoch, seen: Epoch | null): boolean {
  return seen !== null && (epoch[0] < seen[0] || (epoch[0] === seen[0] && epoch[1] < seen[1]));
}
