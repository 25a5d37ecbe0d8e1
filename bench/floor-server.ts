/** TLS and nothing on top of it: answers a ping with as many bytes, and sends everybody a kilobyte when it is told to. */

import { createServer, type TLSSocket } from 'node:tls';

export type FloorTold = { readonly kind: 'serve'; readonly cert: string; readonly key: string } | { readonly kind: 'send' };

/** As long as a ping of WebSocket, masked. */
export const PING = Buffer.alloc(6, 'p');
/** As long as an ack. */
export const ANSWER = Buffer.alloc(300, 'a');
export const KILOBYTE = Buffer.alloc(1024, 'f');

const streams: TLSSocket[] = [];

process.on('message', (told: FloorTold) => {
  if (told.kind === 'send') {
    for (const stream of streams) stream.write(KILOBYTE);
    return;
  }
  const server = createServer({ cert: told.cert, key: told.key }, (stream) => {
    streams.push(stream);
    stream.on('error', () => {});
    stream.on('data', (heard: Buffer) => {
      if (heard.length === PING.length) stream.write(PING);
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send?.(server.address()));
});
process.on('disconnect', () => process.exit());
