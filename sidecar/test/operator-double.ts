import { createHash } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type Ack,
  type Assign,
  CHUNK_BYTES,
  contentOf,
  type FromSidecar,
  type Handle,
  type Hello,
  LINK_PATH,
  type SourcePath,
  SUBPROTOCOL,
  type Want,
} from '../protocol.ts';
import type { TestCa } from './certificate.ts';

/** The bytes of a revision: `{ 'configmaps/web': { 'app.conf': 'x' } }`. */
export type Bytes = { readonly [source in SourcePath]?: Readonly<Record<string, string | Buffer>> };

export type OperatorDouble = {
  readonly address: string;
  readonly tokens: string[];
  /** Streams that are open. */
  streams(): readonly WebSocket[];
  /** The next frame of that kind that was not taken yet. */
  next<T extends FromSidecar['type']>(type: T): Promise<Extract<FromSidecar, { type: T }>>;
  assign(frame: Assign, bytes: Bytes): void;
  send(frame: object | Buffer): void;
  /** What binary frames a `want` is answered with; by default the bytes of the last assignment. */
  answer: 'files' | 'nothing';
  close(): Promise<void>;
};

/** A real wss server that speaks the operator's side of the link, and decides nothing. */
export async function operatorDouble({ issue }: TestCa, { names = ['127.0.0.1'], host = '127.0.0.1' } = {}): Promise<OperatorDouble> {
  const server = https.createServer(await issue(names));
  const sockets = new WebSocketServer({ server, path: LINK_PATH, handleProtocols: () => SUBPROTOCOL, perMessageDeflate: false });
  server.listen(0, host);
  await once(server, 'listening');

  const frames: FromSidecar[] = [];
  const waiting: (() => void)[] = [];
  let bytes: Bytes = {};
  const tokens: string[] = [];
  const serve = (want: Want, socket: WebSocket): void => {
    for (const { source, key } of want.files) {
      const content = Buffer.from(bytes[source]?.[key] ?? '');
      for (let at = 0; at < content.length; at += CHUNK_BYTES) socket.send(content.subarray(at, at + CHUNK_BYTES));
    }
  };
  sockets.on('connection', (socket, request) => {
    tokens.push(request.headers.authorization ?? '');
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const frame: FromSidecar = JSON.parse(data.toString());
      frames.push(frame);
      if (frame.type === 'want' && double.answer === 'files') serve(frame, socket);
      for (const wake of waiting.splice(0)) wake();
    });
  });
  const send = (frame: object | Buffer) => [...sockets.clients].at(-1)?.send(Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  const double: OperatorDouble = {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    tokens,
    answer: 'files',
    streams: () => [...sockets.clients],
    async next(type) {
      for (;;) {
        const at = frames.findIndex((frame) => frame.type === type);
        const [frame] = at < 0 ? [] : frames.splice(at, 1);
        if (frame !== undefined) return frame as Extract<FromSidecar, { type: typeof type }>;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    assign(frame, its) {
      bytes = its;
      send(frame);
    },
    send,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return double;
}

export const HUP: Handle = { kind: 'signal', signal: 'SIGHUP', process: 'app', container: null, verify: { kind: 'workers' } };

/** An assignment of these bytes; `more` says what the test is about. */
export function anAssignment(bytes: Bytes, more: Partial<Assign> = {}): Assign {
  const sources = Object.keys(bytes) as SourcePath[];
  const files = sources.flatMap((source) =>
    Object.entries(bytes[source] ?? {}).map(([key, content]) => {
      const buffer = Buffer.from(content);
      return { source, key, sha256: createHash('sha256').update(buffer).digest('hex'), bytes: buffer.length, mode: 0o644 };
    }),
  );
  const content = contentOf(files);
  return {
    type: 'assign',
    epoch: [1, 1],
    revision: content.slice(0, 16),
    content,
    attempt: '1.1',
    sources,
    files,
    handle: HUP,
    timeoutMs: 2000,
    containerId: null,
    appRuns: true,
    ...more,
  };
}

export type { Ack, Hello };
