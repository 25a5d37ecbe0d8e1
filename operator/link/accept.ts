import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { LINK_PATH, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import type { Authenticate, Pod } from './authenticate.ts';
import type { Serving } from './certificates.ts';
import type { Clock } from './clock.ts';
import { complainer } from './complain.ts';
import type { Counters, Log } from './counters.ts';
import { type ENTRANCE, entrance } from './entrance.ts';
import { MAX_HEARD_BYTES } from './frames.ts';
import { REFUSALS, type Refusal } from './refusal.ts';

export type AcceptOptions = {
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  readonly serving: Serving;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly limits?: typeof ENTRANCE | undefined;
  readonly isLeading: () => boolean;
  readonly authenticate: Authenticate;
  readonly log: Pick<Log, 'warn'>;
  /** Null, or why a pod whose token is good gets no stream from that address. */
  readonly objection: (pod: Pod, from: string) => Refusal | null;
  readonly onStream: (stream: WebSocket, pod: Pod, from: string) => void;
};

export type Acceptor = {
  readonly port: number;
  /** Another certificate for those who dial from now on; streams live on. */
  readonly serve: (serving: Serving) => void;
  /** Cuts what is still open. */
  readonly close: () => Promise<void>;
};

/** More wait in the kernel when all redial at once: a dial that is refused costs its sidecar a second. */
const BACKLOG = 4096;

/** TLS 1.2 and up; one path, one subprotocol. Everything else gets an HTTP status and no stream. */
export async function accept(options: AcceptOptions): Promise<Acceptor> {
  const { counters } = options;
  const gate = entrance(options.clock, options.limits);
  const complain = complainer(options.log, options.clock);
  const open = new Set<Socket>();
  // Without ALPN: node keeps a copy of its nine bytes with each stream, and thereby the whole 64 KiB of pool that they were cut from.
  const tls = { ...options.serving, minVersion: 'TLSv1.2', ALPNProtocols: undefined } as const;
  const https = createHttpsServer(tls, (_request, response) => {
    counters.refused('bad_request');
    response.writeHead(REFUSALS.bad_request.status, { connection: 'close' }).end(`${REFUSALS.bad_request.says}\n`);
  });
  https.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // It was reset, or has its answer and writes on.
    if (!socket.writable) return void socket.destroy();
    // What does not fit into a request's head is, as good as always, a token.
    const reason = error.code === 'HPE_HEADER_OVERFLOW' ? 'no_token' : 'bad_request';
    counters.refused(reason);
    turnAway(socket, reason);
  });
  https.on('tlsClientError', (_error, socket) => socket.destroy());
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_HEARD_BYTES,
    maxFragments: 64,
    handleProtocols: () => SUBPROTOCOL,
  });

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', cut);
    const from = addressOf(request.socket);
    const refuse = (reason: Refusal, pod?: Pod) => {
      counters.refused(reason);
      complain(reason, from, pod);
      turnAway(socket, reason);
    };
    if (!isForUs(request)) return refuse('bad_request');
    if (!options.isLeading()) return refuse('not_leader');
    const verdict = await options.authenticate(request.headers.authorization);
    if (verdict.kind === 'refused') return refuse(verdict.reason, verdict.pod);
    const { pod } = verdict;
    const objection = options.objection(pod, from);
    if (objection !== null) return refuse(objection, pod);
    upgrades.handleUpgrade(request, socket, head, (stream) => {
      gate.entered(request.socket);
      options.onStream(stream, pod, from);
    });
  };
  https.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(request, socket, head).catch(() => {
      counters.refused('review_failed');
      turnAway(socket, 'review_failed');
    });
  });

  // In front of TLS, so that a connection too many costs no handshake. Nothing is read of one that waits.
  const front = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (!gate.admit(socket, () => https.emit('connection', socket))) {
      counters.refused('busy');
      return void socket.destroy();
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject).listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve);
  });

  return {
    port: (front.address() as AddressInfo).port,
    serve: (serving) => https.setSecureContext({ ...serving, minVersion: 'TLSv1.2' }),
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function isForUs({ method, url, headers }: IncomingMessage): boolean {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return method === 'GET' && url === LINK_PATH && offered.includes(SUBPROTOCOL);
}

/** As pods have it: a server that listens on all addresses sees IPv4 ones in IPv6. */
function addressOf({ remoteAddress = '' }: { readonly remoteAddress?: string | undefined }): string {
  return remoteAddress.replace(/^::ffff:/, '');
}

/** Made of nothing, unlike a closure in `upgrade`: that would keep the request and its token for as long as the stream lives. */
function cut(this: Duplex): void {
  this.destroy();
}

function turnAway(socket: Duplex, reason: Refusal): void {
  const { status, says } = REFUSALS[reason];
  const body = `${says}\n`;
  const head = ['connection: close', 'content-type: text/plain', `content-length: ${body.length}`].join('\r\n');
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${head}\r\n\r\n${body}`);
}
