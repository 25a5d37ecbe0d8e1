import type { Socket } from 'node:net';
import { bucket } from './bucket.ts';
import type { Cancel, Clock } from './clock.ts';

/**
 * Lets connections in one by one, and those wait that come faster than we can shake hands: a fleet that dials at once costs each of its members
 * one handshake, and not one for each try. Addresses take turns, so that nobody waits for another one's crowd. What is bounded is how many come in
 * a second, and how many have not become a stream yet; of one address less than of all.
 */
export type Entrance = {
  /** Calls `enter` when it is its turn, now or later. False: too many wait already, destroy it. */
  readonly admit: (socket: Socket, enter: () => void) => boolean;
  /** It has become a stream, and is not timed any more. */
  readonly entered: (socket: Address) => void;
};

/** Of the TCP connection and of the TLS socket on top of it, which are different objects. */
type Address = { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined };

/**
 * Behind a NAT all pods of a node share an address, so that it has room for a node's pods. As many wait as have their turn within the 30 s
 * after which a sidecar gives up a dial.
 */
export const ENTRANCE = {
  perSecond: 400,
  burst: 800,
  atOnce: 128,
  atOnceFromOne: 64,
  waiting: 12_000,
  waitingFromOne: 500,
  withinMs: 5_000,
};

/** Who waits for the rate is looked at this often. */
const AGAIN_MS = 20;

export function entrance(clock: Clock, limits: typeof ENTRANCE = ENTRANCE): Entrance {
  const take = bucket(limits, clock);
  /** By address and port. */
  const entering = new Map<string, Place>();
  /** By address: its connections that have not become a stream, the oldest first. */
  const fromOne = new Map<string, Set<Socket>>();
  /** By address, whose turn is next in front: its connections, each with what happens at its turn. */
  const queues = new Map<string, Map<Socket, () => void>>();
  let waiting = 0;
  let again: Cancel | null = null;

  return {
    admit: (socket, enter) => {
      const from = socket.remoteAddress ?? '';
      const queue = queues.get(from) ?? new Map<Socket, () => void>();
      if (waiting >= limits.waiting || queue.size >= limits.waitingFromOne) return false;
      queues.set(from, queue.set(socket, enter));
      waiting += 1;
      socket.once('close', () => {
        if (queue.delete(socket)) waiting -= 1;
        if (queue.size === 0 && queues.get(from) === queue) queues.delete(from);
      });
      next();
      return true;
    },
    entered: (socket) => leave(nameOf(socket)),
  };

  /** Everybody whose turn it is. */
  function next(): void {
    for (const [from, queue] of queues) {
      const itsOwn = fromOne.get(from)?.size ?? 0;
      if (itsOwn >= limits.atOnceFromOne) continue;
      if (entering.size >= limits.atOnce && !displace(itsOwn + 1)) {
        // Whoever has none, and gets no place, stands for all who have none.
        if (itsOwn === 0) return;
        continue;
      }
      if (!take()) return lookAgain();
      const [first] = queue;
      queues.delete(from);
      if (first === undefined) continue;
      const [socket, enter] = first;
      queue.delete(socket);
      waiting -= 1;
      // To the end of the line, where this loop comes to it once more.
      if (queue.size > 0) queues.set(from, queue);
      place(socket, from);
      enter();
    }
  }

  function lookAgain(): void {
    again ??= clock.after(AGAIN_MS, () => {
      again = null;
      next();
    });
  }

  function place(socket: Socket, from: string): void {
    const name = nameOf(socket);
    // TLS, the request and the TokenReview together: who drips bytes is cut off.
    const cancel = clock.after(limits.withinMs, () => socket.destroy());
    const its: Place = { socket, from, cancel };
    // One that is over, and whose end we have not been told yet, had the same port.
    free(entering.get(name), name);
    entering.set(name, its);
    fromOne.set(from, (fromOne.get(from) ?? new Set()).add(socket));
    socket.once('close', () => {
      if (entering.get(name) === its) leave(name);
    });
  }

  function leave(name: string): void {
    free(entering.get(name), name);
    next();
  }

  function free(place: Place | undefined, name: string): void {
    if (place === undefined) return;
    place.cancel();
    entering.delete(name);
    const others = fromOne.get(place.from);
    others?.delete(place.socket);
    if (others?.size === 0) fromOne.delete(place.from);
  }

  /** Cuts the oldest connection of the address that has the most, where that is more than the newcomer's would have. */
  function displace(newcomers: number): boolean {
    let most: Set<Socket> = new Set();
    for (const sockets of fromOne.values()) if (sockets.size > most.size) most = sockets;
    const [oldest] = most;
    if (oldest === undefined || most.size <= newcomers) return false;
    free(entering.get(nameOf(oldest)), nameOf(oldest));
    oldest.destroy();
    return true;
  }
}

type Place = { readonly socket: Socket; readonly from: string; readonly cancel: Cancel };

function nameOf({ remoteAddress, remotePort }: Address): string {
  return `${remoteAddress} ${remotePort}`;
}
