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

/** Behind a NAT or a Service all pods of a node may share an address, so that it has room for a node's pods. */
export const ENTRANCE = { perSecond: 500, burst: 1000, atOnce: 512, atOnceFromOne: 128, withinMs: 5_000 };

export function entrance(clock: Clock, limits: typeof ENTRANCE = ENTRANCE): Entrance {
  const take = bucket(limits.perSecond, limits.burst, clock);
  const entering = new Map<string, Cancel>();
  const fromOne = new Map<string, number>();

  return {
    admit: (socket) => {
      const from = socket.remoteAddress ?? '';
      if (entering.size >= limits.atOnce || (fromOne.get(from) ?? 0) >= limits.atOnceFromOne || !take()) return false;
      const address = nameOf(socket);
      // TLS, the request and the TokenReview together: who drips bytes is cut off.
      const cancel = clock.after(limits.withinMs, () => socket.destroy());
      const leave = () => {
        if (entering.get(address) !== leave) return;
        entering.delete(address);
        cancel();
        count(from, -1);
      };
      // One that is over, and whose end we have not been told yet, had the same port.
      entering.get(address)?.();
      entering.set(address, leave);
      count(from, 1);
      socket.once('close', leave);
      return true;
    },
    entered: (socket) => entering.get(nameOf(socket))?.(),
  };

  function count(from: string, more: 1 | -1): void {
    const many = (fromOne.get(from) ?? 0) + more;
    if (many > 0) fromOne.set(from, many);
    else fromOne.delete(from);
  }
}

function nameOf({ remoteAddress, remotePort }: Address): string {
  return `${remoteAddress} ${remotePort}`;
}
