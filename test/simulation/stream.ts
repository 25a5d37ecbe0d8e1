import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import type { FromSidecar } from '../../sidecar/protocol.ts';
import type { Operator } from './operator.ts';

/** One connection of one sidecar: frames wait on both ways, in order, until somebody hears them. Null is the news that it has ended. */
export type Stream = {
  readonly pod: string;
  readonly operator: Operator;
  readonly up: (FromSidecar | null)[];
  readonly down: (string | Uint8Array | null)[];
  /** The operator's end, as its session sees it. */
  readonly socket: Socket;
};

/** As much of a WebSocket as the operator's session uses. */
type Socket = EventEmitter & { readyState: number };

const OPEN = 1;
const CLOSED = 3;

export function openStream(pod: string, operator: Operator): Stream {
  const down: (string | Uint8Array | null)[] = [];
  const close = () => {
    if (socket.readyState === CLOSED) return;
    socket.readyState = CLOSED;
    down.push(null);
  };
  const send = (data: string | Uint8Array, _?: unknown, sent?: () => void) => {
    if (socket.readyState === OPEN) down.push(data);
    sent?.();
  };
  const socket = Object.assign(new EventEmitter(), { readyState: OPEN, OPEN, bufferedAmount: 0, send, close, terminate: close });
  return { pod, operator, up: [], down, socket };
}

export function asWebSocket({ socket }: Stream): WebSocket {
  return socket as unknown as WebSocket;
}

/** The operator hears the next frame, or that there is none any more. */
export function hear(stream: Stream): void {
  const frame = stream.up.shift();
  if (frame === undefined) return;
  if (frame === null) {
    stream.socket.readyState = CLOSED;
    stream.socket.emit('close');
  } else if (stream.socket.readyState === OPEN) {
    stream.socket.emit('message', Buffer.from(JSON.stringify(frame)), false);
  }
}

/** Everything under way is lost; both ends learn of it in their own time. */
export function breakStream({ up, down }: Stream): void {
  up.splice(0, up.length, null);
  down.splice(0, down.length, null);
}
