import type { Socket } from 'node:net';
import { bucket } from './bucket.ts';
import type { Cancel, Clock } from './clock.ts';

/**
 * Bounds what strangers can cost us: how many connections come in a second, and how many have not become a stream yet.
 * Whoever is turned away redials with jitter. A handshake of TLS is 1 ms of CPU, so that 500 a second are half a core.
 */
export type Entrance = {
  /** False: destroy it. */
  readonly admit: (socket: Socket) => boolean;
  /** It has become a stream, and is not timed any more. */
  readonly entered: (socket: Address) => void;
};

/** Of the TCP connection and of the TLS socket on top of it, which are different objects. */
type Address = { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined };

export const ENTRANCE = { perSecond: 500, burst: 1000, atOnce: 512, withinMs: 5_000 };

export function entrance(clock: Clock, limits: typeof ENTRANCE = ENTRANCE): Entrance {
  const take = bucket(limits.perSecond, limits.burst, clock);
  const entering = new Map<string, Cancel>();

  return {
    admit: (socket) => {
      if (entering.size >= limits.atOnce || !take()) return false;
      const address = nameOf(socket);
      // TLS, the request and the TokenReview together: who drips bytes is cut off.
      const cancel = clock.after(limits.withinMs, () => socket.destroy());
      entering.set(address, cancel);
      socket.once('close', () => {
        cancel();
        // The port may be another connection's by now.
        if (entering.get(address) === cancel) entering.delete(address);
      });
      return true;
    },
    entered: (socket) => {
      const address = nameOf(socket);
      entering.get(address)?.();
      entering.delete(address);
    },
  };
}

function nameOf({ remoteAddress, remotePort }: Address): string {
  return `${remoteAddress} ${remotePort}`;
}
