/** The operator's port hears bytes that are no frames, or not all of one: it ends that stream, and nothing else comes of it. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { ENTRANCE } from '../../operator/link/entrance.ts';
import { MAX_HEARD_BYTES } from '../../operator/link/frames.ts';
import { aHello, aLink, aPod, tokenOf, until } from '../../operator/link/testing/a-link.ts';
import { LINK_PATH, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import { converseOften, FRAMES } from './rounds.ts';
import { aConversation, bytesOf, type Message } from './wire.ts';

/** Each conversation is a dial, and a handshake. */
const ENOUGH = FRAMES / 5;
const PODS = 64;
const LATER = { exp: Date.now() / 1000 + 365 * 86_400 };

/** Each says that the pod runs something else. */
function message(n: number): Message {
  const running = { content: createHash('sha256').update(`${n}`).digest('hex'), revision: `r${n}`, proof: 'Booted', agoMs: 0 } as const;
  return { bytes: Buffer.from(JSON.stringify(aHello({ running }))), isBinary: false };
}

test(`of ${ENOUGH} frames on the wire none crashes the operator, what is broken ends its stream unheard, and memory does not grow`, async (t) => {
  const its = await aLink({ limits: { ...ENTRANCE, burst: Infinity } });
  t.after(() => its.link.close());
  for (let n = 0; n < PODS; n++) its.pods.set(`${n}`, aPod(`${n}`));
  its.link.lead(1);
  let dialled = 0;

  const { frames, grownMb } = await converseOften(
    aConversation('client', MAX_HEARD_BYTES),
    async (conversation) => {
      for (const kept of [its.counted, its.logged, its.changed]) kept.length = 0;
      const uid = `${dialled++ % PODS}`;
      const socket = await aStream(its.link.port, its.tls, tokenOf(uid, LATER));
      const closed = once(socket, 'close');
      for (const piece of bytesOf('client', conversation, message)) socket.write(piece);
      socket.end();
      await closed;
      await until(() => its.counted.some((what) => what.startsWith('ended ')));

      const { before, ending, after, spoil } = conversation;
      if (spoil === null) {
        assert.equal(its.link.report(uid)?.running?.revision, before.length === 0 ? undefined : `r${before.length - 1}`);
        assert.deepEqual(its.counted.at(-1), ending.how === 'fault' ? 'ended error' : 'ended closed');
      }
      assert.equal(its.counted.filter((what) => what.startsWith('ended ')).length, 1, 'it ends once');
      for (const { message: text, fields } of its.logged) assert.match(text + JSON.stringify(fields), /^[\x20-\x7e]{1,500}$/);
      its.link.forget(uid);
      its.clock.turn(1_000);
      return before.length + 1 + after.length;
    },
    ENOUGH,
  );
  t.diagnostic(`${frames} frames in ${dialled} streams, live memory grew by ${grownMb.toFixed(1)} MB`);
  assert.ok(grownMb < 20, `live memory grew by ${grownMb} MB`);
  assert.equal(its.streams(), 0);
});

/** What a sidecar has when its dial was answered with 101; from here on the test says every byte. */
async function aStream(port: number, tls: { readonly ca: string; readonly servername: string }, token: string): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ...tls });
  socket.on('error', () => {}); // Who is hung up on while it writes.
  const request = [
    `GET ${LINK_PATH} HTTP/1.1`,
    'host: link.test',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}`,
    `sec-websocket-protocol: ${SUBPROTOCOL}`,
    `authorization: Bearer ${token}`,
  ];
  socket.write(`${request.join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString('latin1'), /^HTTP\/1\.1 101 /);
  socket.resume();
  return socket;
}
