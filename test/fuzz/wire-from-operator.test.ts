/** A sidecar hears bytes that are no frames, or not all of one: it ends the stream, does nothing of it, and dials again. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { hello } from '../../sidecar/hello.ts';
import { EMPTY_JOURNAL } from '../../sidecar/journal.ts';
import { MAX_TEXT_BYTES, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import { session } from '../../sidecar/session.ts';
import { testCa } from '../../sidecar/test/certificate.ts';
import { until } from '../support/until.ts';
import { converseOften, FRAMES } from './rounds.ts';
import { aConversation, bytesOf, type Message } from './wire.ts';

/** Each conversation is a dial, and a handshake. */
const ENOUGH = FRAMES / 5;

/** A CA to trust, or a piece of a file. */
function message(n: number): Message {
  const isBinary = n % 3 === 2;
  return { bytes: Buffer.from(isBinary ? `piece ${n}` : JSON.stringify({ type: 'ca', pem: `PEM ${n}` })), isBinary };
}

test(`of ${ENOUGH} frames on the wire none crashes the sidecar, what is broken ends its stream unheard, and memory does not grow`, async (t) => {
  const ca = await testCa();
  const server = https.createServer(await ca.issue(['127.0.0.1']));
  const dialled = streamsOf(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const heard: string[] = [];
  const said: string[] = [];
  let lost: () => unknown = () => {};
  const its = session({
    operator: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: () => 'token',
    ca: () => [ca.ca],
    hello: () => hello(EMPTY_JOURNAL, 0),
    onFrame: (frame) => void heard.push(JSON.stringify(frame)),
    onBytes: (piece) => void heard.push(Buffer.from(piece).toString()),
    onLost: () => lost(),
    log: (level, msg) => void (level !== 'info' && said.push(msg)),
    random: () => 0,
  });
  t.after(() => {
    its.close();
    server.close();
    server.closeAllConnections();
  });

  const { frames, grownMb } = await converseOften(
    aConversation('server', MAX_TEXT_BYTES),
    async (conversation) => {
      for (const kept of [heard, said]) kept.length = 0;
      let isOver = false;
      lost = () => (isOver = true);
      const stream = await dialled();
      for (const piece of bytesOf('server', conversation, message)) stream.write(piece);
      const { before, ending, after, spoil } = conversation;
      // What is broken is hung up on by the sidecar itself; for the rest there may be more to wait for.
      if (ending.how !== 'fault' || spoil !== null) stream.end();
      try {
        await until('the sidecar has ended the stream', () => isOver, 2_000);
      } finally {
        stream.destroy();
        await until('it is over', () => isOver);
      }

      if (spoil === null) {
        assert.deepEqual(
          heard,
          before.map((_, n) => message(n).bytes.toString()),
        );
      }
      for (const line of said) assert.match(line, /^[\x20-\x7e]{1,300}$/);
      return before.length + 1 + after.length;
    },
    ENOUGH,
  );
  t.diagnostic(`${frames} frames, live memory grew by ${grownMb.toFixed(1)} MB`);
  assert.ok(grownMb < 20, `live memory grew by ${grownMb} MB`);
});

/** The next stream that is dialled, after its 101: from here on the test says every byte. */
function streamsOf(server: https.Server): () => Promise<Duplex> {
  const open: Duplex[] = [];
  const waiting: ((stream: Duplex) => void)[] = [];
  server.on('upgrade', (request, stream: Duplex) => {
    stream.on('error', () => {}); // Who is hung up on while it writes.
    stream.on('end', () => stream.end());
    stream.resume();
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const answer = ['connection: upgrade', 'upgrade: websocket', `sec-websocket-accept: ${key}`, `sec-websocket-protocol: ${SUBPROTOCOL}`];
    stream.write(`HTTP/1.1 101 Switching Protocols\r\n${answer.join('\r\n')}\r\n\r\n`);
    const next = waiting.shift();
    if (next) next(stream);
    else open.push(stream);
  });
  return () => {
    const [next] = open.splice(0, 1);
    return next ? Promise.resolve(next) : new Promise((resolve) => waiting.push(resolve));
  };
}
