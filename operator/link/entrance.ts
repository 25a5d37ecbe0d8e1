import type { Socket } from 'node:net';
import { bucket, buckets } from './bucket.ts';
import type { Cancel, Clock } from './clock.ts';

/**
 * Bounds what strangers can cost us: how many connections come in a second, and how many have not become a stream yet; of one address less
 * than of all, so that nobody uses up what others need. Whoever is turned away redials with jitter. A handshake of TLS is 1 ms of CPU, so
 * that 500 a second are half a core.
 */
export type Entrance = {
  /** False: destroy it. */
  readonly admit: (socket: Socket) => boolean;
  /** It has become a stream, and is not timed any more. */
  readonly entered: (socket: Address) => void;
};

/** Of the TCP connection and of the TLS socket on top of it, which are different objects. */
type Address = { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined };

/** Behind a NAT all pods of a node share an address, so that it has room for a node's pods. */
export const ENTRANCE = {
  perSecond: 500,
  burst: 1000,
  perSecondFromOne: 100,
  burstFromOne: 400,
  atOnce: 512,
  atOnceFromOne: 128,
  withinMs: 5_000,
};

export function entrance(clock: Clock, limits: typeof ENTRANCE = ENTRANCE): Entrance {
  const take = bucket(limits, clock);
  const takeFrom = buckets({ perSecond: limits.perSecondFromOne, burst: limits.burstFromOne }, clock);
  const entering = new Map<string, Cancel>();
  /** By address: its connections, the oldest first. */
  const fromOne = new Map<string, Set<Socket>>();

  return {
    admit: (socket) => {
      const from = socket.remoteAddress ?? '';
      const itsOwn = fromOne.get(from)?.size ?? 0;
      // Its own bucket first: who is over that takes nothing from the others.
      if (itsOwn >= limits.atOnceFromOne || !takeFrom(from)) return false;
      if (entering.size >= limits.atOnce && !displace(itsOwn + 1)) return false;
      if (!take()) return false;
      enter(socket, from);
      return true;
    },
    entered: (socket) => entering.get(nameOf(socket))?.(),
  };

  function enter(socket: Socket, from: string): void {
    const address = nameOf(socket);
    // TLS, the request and the TokenReview together: who drips bytes is cut off.
    const cancel = clock.after(limits.withinMs, () => socket.destroy());
    const leave = () => {
      if (entering.get(address) !== leave) return;
      entering.delete(address);
      cancel();
      const others = fromOne.get(from);
      others?.delete(socket);
      if (others?.size === 0) fromOne.delete(from);
    };
    // One that is over, and whose end we have not been told yet, had the same port.
    entering.get(address)?.();
    entering.set(address, leave);
    fromOne.set(from, (fromOne.get(from) ?? new Set()).add(socket));
    socket.once('close', leave);
  }

  /** Cuts the oldest connection of the address that has the most, where that is more than the newcomer's would have. */
  function displace(newcomers: number): boolean {
    let most: Set<Socket> = new Set();
    for (const sockets of fromOne.values()) if (sockets.size > most.size) most = sockets;
    const [oldest] = most;
    if (oldest === undefined || most.size <= newcomers) return false;
    entering.get(nameOf(oldest))?.();
    oldest.destroy();
    return true;
  }
}

function nameOf({ remoteAddress, remotePort }: Address): string {
  return `${remoteAddress} ${remotePort}`;
}
