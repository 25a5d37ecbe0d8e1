import { WebSocket } from 'ws';
import { isAstray, pauseBefore, pauseForLeader } from './backoff.ts';
import { fromOperator } from './frames.ts';
import type { Log } from './log.ts';
import {
  CHUNK_BYTES,
  type FromOperator,
  type FromSidecar,
  type Hello,
  LINK_PATH,
  MAX_TEXT_BYTES,
  PING_MS,
  SUBPROTOCOL,
} from './protocol.ts';
import { oneLine, reasonOf } from './sentence.ts';

export type Session = {
  /** False where nobody is connected. */
  send(frame: FromSidecar): boolean;
  close(): void;
};

export type Link = {
  /** HOST:PORT */
  readonly operator: string;
  /** Read at each dial: the kubelet renews them. */
  readonly token: () => string;
  readonly ca: () => readonly string[];
  readonly hello: () => Hello;
  readonly onFrame: (frame: FromOperator) => void;
  readonly onBytes: (piece: Uint8Array) => void;
  readonly onLost: () => void;
  readonly log: Log;
  readonly random: () => number;
  readonly pingMs?: number;
};

/** An operator that came back lets its fleet in one by one, which takes 10,000 members half a minute: who dials again waits anew. */
const HANDSHAKE_MS = 30_000;

/** One stream to the operator, dialled again for as long as the sidecar runs. */
export function session(link: Link): Session {
  let socket: WebSocket | null = null;
  let waiting: NodeJS.Timeout | null = null;
  let triesInVain = 0;
  let said = '';
  let closed = false;

  const dial = (): void => {
    waiting = null;
    try {
      socket = connect(link);
    } catch (error) {
      return later(reasonOf(error), pauseBefore(triesInVain++, link.random()));
    }
    follow(socket);
  };
  const follow = (mine: WebSocket): void => {
    let trouble = '';
    let connected = false;
    const everyMs = link.pingMs ?? PING_MS;
    const since = performance.now();
    const stopPinging = ping(mine, everyMs, (why) => (trouble = why));
    const alive = () => {
      said = '';
      if (!connected) link.log('info', 'connected to the operator', { operator: link.operator });
      connected = true;
    };
    mine.on('open', () => {
      mine.send(JSON.stringify(link.hello()));
      mine.ping();
    });
    mine.on('pong', alive);
    mine.on('error', (error) => (trouble ||= oneLine(error.message)));
    mine.on('unexpected-response', (_, response) => {
      response.once(
        'data',
        (body: Buffer) => (trouble = `the operator answered ${response.statusCode}: ${oneLine(body.toString('utf8'))}`),
      );
      response.once('close', () => mine.terminate());
      response.once('end', () => mine.terminate());
      trouble = `the operator answered ${response.statusCode}`;
    });
    mine.on('message', (data: Buffer, isBinary) => {
      alive();
      receive(link, mine, data, isBinary);
    });
    mine.on('close', (code, reason) => {
      stopPinging();
      socket = null;
      link.onLost();
      // A stream that ends at once is a try in vain, too.
      if (performance.now() - since > everyMs) triesInVain = 0;
      const because = oneLine(reason.toString()) || trouble || `closed with code ${code}`;
      if (isAstray(because, connected)) return later(because, pauseForLeader(link.random()));
      later(because, pauseBefore(triesInVain++, link.random()));
    });
  };
  const later = (because: string, ms: number): void => {
    if (closed) return;
    // Once for each reason, not once for each try.
    if (because !== said) link.log('warn', `not connected to the operator: ${because}`, { operator: link.operator });
    said = because;
    waiting = setTimeout(dial, ms);
  };

  dial();
  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    close() {
      closed = true;
      if (waiting !== null) clearTimeout(waiting);
      socket?.terminate();
    },
  };
}

function connect({ operator, token, ca }: Link): WebSocket {
  const trusted = ca();
  if (trusted.length === 0) throw new Error('no CA yet: the ConfigMap fleetreload-ca is not mounted, or not there');
  return new WebSocket(`wss://${operator}${LINK_PATH}`, [SUBPROTOCOL], {
    ca: [...trusted],
    headers: { authorization: `Bearer ${token()}` },
    maxPayload: Math.max(CHUNK_BYTES, MAX_TEXT_BYTES),
    maxFragments: 64,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    minVersion: 'TLSv1.2',
  });
}

function receive({ onFrame, onBytes, log }: Link, socket: WebSocket, data: Buffer, isBinary: boolean): void {
  if (isBinary) return onBytes(data);
  let frame: FromOperator | null;
  try {
    frame = fromOperator(data.toString('utf8'));
  } catch (error) {
    const because = reasonOf(error);
    log('error', `a frame of the operator was not understood: ${because}`);
    return socket.close(1008, because.slice(0, 120));
  }
  if (frame !== null) onFrame(frame);
}

/** Both sides ping. Two periods without a sign of life, and the stream is given up. */
function ping(socket: WebSocket, everyMs: number, giveUp: (because: string) => void): () => void {
  let missed = 0;
  const alive = () => (missed = 0);
  for (const sign of ['message', 'ping', 'pong'] as const) socket.on(sign, alive);
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (missed >= 2) {
      giveUp('two pings were not answered');
      return socket.terminate();
    }
    missed++;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}
