import type { WebSocket } from 'ws';
import { PING_MS } from '../../sidecar/protocol.ts';
import type { Clock } from './clock.ts';
import { MAX_WAITING_BYTES } from './session.ts';

/** Pings every stream that it was given, by one timer for all of them. */
export type Heartbeat = {
  /** `lost` is called once, for a stream that missed two pings or whose unread bytes are over the bound. */
  readonly watch: (stream: WebSocket, lost: (why: 'silent' | 'slow') => void) => void;
  readonly stop: () => void;
};

export function heartbeat(clock: Clock): Heartbeat {
  const watched = new Map<WebSocket, { missed: number; readonly lost: (why: 'silent' | 'slow') => void }>();

  const stop = clock.every(PING_MS, () => {
    for (const [stream, state] of watched) {
      if (state.missed >= 2 || stream.bufferedAmount > MAX_WAITING_BYTES) {
        watched.delete(stream);
        state.lost(state.missed >= 2 ? 'silent' : 'slow');
      } else if (stream.readyState === stream.OPEN) {
        state.missed += 1;
        stream.ping();
      }
    }
  });

  return {
    stop,
    watch: (stream, lost) => {
      const state = { missed: 0, lost };
      watched.set(stream, state);
      // Any sign of life counts: behind a long file, a pong comes late.
      const alive = () => {
        state.missed = 0;
      };
      stream.on('pong', alive).on('ping', alive).on('message', alive);
      stream.on('close', () => watched.delete(stream));
    },
  };
}
