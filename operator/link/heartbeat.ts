import type { WebSocket } from 'ws';
import { PING_MS } from '../../sidecar/protocol.ts';
import type { Clock } from './clock.ts';
import { MAX_WAITING_BYTES } from './session.ts';

/**
 * Looks at every stream that it was given each 10 s, by one timer for all of them, and pings those that were silent since the last look.
 * A sidecar pings by itself: as long as that comes, a ping of ours as well would double what a fleet at rest costs.
 */
export type Heartbeat = {
  /** `lost` is called once, for a stream that was silent from one look to the next but one, or whose unread bytes are over the bound. */
  readonly watch: (stream: WebSocket, lost: (why: 'silent' | 'slow') => void) => void;
  readonly stop: () => void;
};

type Watched = { looksInSilence: number; readonly lost: (why: 'silent' | 'slow') => void };

export function heartbeat(clock: Clock): Heartbeat {
  const watched = new Map<WebSocket, Watched>();

  const stop = clock.every(PING_MS, () => {
    for (const [stream, state] of watched) {
      if (state.looksInSilence >= 2 || stream.bufferedAmount > MAX_WAITING_BYTES) {
        watched.delete(stream);
        state.lost(state.looksInSilence >= 2 ? 'silent' : 'slow');
      } else if (stream.readyState === stream.OPEN) {
        if (state.looksInSilence > 0) stream.ping();
        state.looksInSilence += 1;
      }
    }
  });

  // One function for all streams, and not one a stream: there are thousands.
  function heard(this: WebSocket): void {
    const state = watched.get(this);
    if (state) state.looksInSilence = 0;
  }
  function gone(this: WebSocket): void {
    watched.delete(this);
  }

  return {
    stop,
    watch: (stream, lost) => {
      watched.set(stream, { looksInSilence: 0, lost });
      // Any sign of life counts: behind a long file, a pong comes late.
      stream.on('pong', heard).on('ping', heard).on('message', heard).on('close', gone);
    },
  };
}
