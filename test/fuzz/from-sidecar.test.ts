/** The operator reads what sidecars say: whatever it is, it is understood, ignored, or ends the stream with a reason. */

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WebSocket } from 'ws';
import { allowance } from '../../operator/link/allowance.ts';
import { NO_COUNTERS } from '../../operator/link/counters.ts';
import { MAX_HEARD_BYTES } from '../../operator/link/frames.ts';
import { ENDINGS } from '../../operator/link/refusal.ts';
import { converse } from '../../operator/link/session.ts';
import { aHello, anAssignment, aPod } from '../../operator/link/testing/a-link.ts';
import { turnedClock } from '../../operator/link/testing/turned-clock.ts';
import type { Ack, Hello } from '../../sidecar/protocol.ts';
import { nearly } from './mutate.ts';
import { converseOften, FRAMES } from './rounds.ts';

const files = { conf: Buffer.from('one'), empty: Buffer.alloc(0) };
const stated = { type: 'assign', epoch: [5, 2], ...anAssignment('r1', files) } as const;
const { content } = stated;

const agoMs = fc.constantFrom(0, 7, 0.5);
const epoch = fc.constantFrom([5, 1], [5, 2], [5, 3], [4, 9], [1e9, 0]);
const tried = { content: fc.constant(content), revision: fc.constantFrom('r1', 'r2'), attempt: fc.constantFrom('1.1', '2.r1') };
const because = fc.constantFrom('no', 'it said: \u001b[31mno\n', 'x'.repeat(3_000), '\u202e'.repeat(50));
const aGoodHello = fc
  .record({
    epoch: fc.option(epoch),
    running: fc.option(fc.record({ content: fc.constant(content), revision: fc.constant('r1'), proof: fc.constant('Booted'), agoMs })),
    refused: fc.option(fc.record({ ...tried, because, agoMs })),
    trying: fc.option(fc.record(tried)),
    booted: fc.boolean(),
  })
  .map((said) => aHello(said as Partial<Hello>));
const aWant = fc.record({
  type: fc.constant('want'),
  epoch,
  files: fc.array(fc.record({ source: fc.constant('configmaps/web'), key: fc.constantFrom('conf', 'empty', 'other') }), { maxLength: 3 }),
});
const anAck = fc.record({
  type: fc.constant('ack'),
  epoch,
  ...tried,
  outcome: fc.oneof(
    fc.record({ kind: fc.constant('applied'), proof: fc.constantFrom('Delivered', 'Confirmed'), agoMs }),
    fc.record({ kind: fc.constant('refused'), because, agoMs }),
  ),
  running: fc.option(fc.constant(content)),
  firedAt: fc.option(fc.constant(17)),
  tookMs: fc.option(fc.constant(20)),
});
const aFrame = fc.record({
  bytes: nearly(fc.oneof({ weight: 1, arbitrary: aGoodHello }, { weight: 2, arbitrary: aWant }, { weight: 3, arbitrary: anAck })),
  isBinary: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
});
const aConversation = fc.record({
  greets: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  frames: fc.array(aFrame, { minLength: 1, maxLength: 20 }),
});

test(`of ${FRAMES} frames none crashes the operator, none that is malformed has an effect, and memory does not grow`, async (t) => {
  const { frames, grownMb } = await converseOften(aConversation, ({ greets, frames: said }) => {
    const { stream, hellos, acks, closes } = aStream(greets);
    let heard = 0;
    for (const { bytes, isBinary } of said) {
      if (bytes.length > MAX_HEARD_BYTES || closes.length > 0) break; // ws would not give it to us.
      const effects = hellos.length + acks.length;
      stream.emit('message', bytes, isBinary);
      heard += 1;
      if (closes.length > 0) assert.equal(hellos.length + acks.length, effects, 'what ended the stream had no effect');
    }
    assert.ok(closes.length <= 1, 'it ends once');
    for (const { code, says } of closes) {
      assert.ok(Object.values(ENDINGS).some((ending) => ending.code === code));
      assert.match(says, /^[\x20-\x7e]{1,123}$/, 'a reason that fits into a close frame');
    }
    assert.ok(acks.length <= 1, 'an assignment is answered once');
    for (const ack of acks) {
      assert.deepEqual([ack.revision, ack.attempt, ack.content], [stated.revision, stated.attempt, content]);
      assert.ok(ack.epoch[0] === 5 && ack.epoch[1] >= 1 && ack.epoch[1] <= 2);
    }
    for (const words of [
      ...acks.map((ack) => (ack.outcome.kind === 'refused' ? ack.outcome.because : '')),
      ...hellos.map((it) => it.refused?.because ?? ''),
    ]) {
      assert.doesNotMatch(words, /[\p{Cc}\p{Cf}\p{Cs}]/u);
      assert.ok(words.length <= 8 * 1024);
    }
    stream.emit('close');
    return Math.max(1, heard);
  });
  t.diagnostic(`${frames} frames, live memory grew by ${grownMb.toFixed(1)} MB`);
  assert.ok(grownMb < 20, `live memory grew by ${grownMb} MB`);
});

/** The stream of a member that has been told to run r1. */
function aStream(greets: boolean) {
  const clock = turnedClock();
  const hellos: Hello[] = [];
  const acks: Ack[] = [];
  const closes: { code: number; says: string }[] = [];
  const stream = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (_data: unknown, _options: unknown, done?: (error?: Error) => void) => done?.(),
    close: (code: number, says: string) => void closes.push({ code, says }),
    terminate: () => {},
  });
  const quiet = () => {};
  const { hear } = allowance(clock);
  const session = converse({
    stream: stream as unknown as WebSocket,
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    counters: NO_COUNTERS,
    hear: (bytes) => hear(aPod('1'), bytes),
    turn: async () => quiet,
    hello: (hello) => void hellos.push(hello),
    ack: (ack) => void acks.push(ack),
    left: quiet,
  });
  if (greets) {
    stream.emit('message', Buffer.from(JSON.stringify(aHello())), false);
    session.state(stated, [5, 1], ({ key }) => files[key as keyof typeof files]);
    hellos.length = 0;
  }
  return { stream, hellos, acks, closes };
}
