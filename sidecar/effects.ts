import { damageOf } from './damage.ts';
import { collect } from './files.ts';
import type { Folders } from './folders.ts';
import { kindOf, type World } from './handles/index.ts';
import { verify } from './handles/verify.ts';
import type { Placed } from './journal.ts';
import type { Ack, FileEntry, Want } from './protocol.ts';
import { receive, type Receiver } from './receive.ts';
import { oneLine, reasonOf, seconds } from './sentence.ts';
import { discard, stage } from './staging.ts';
import { areInPlace, swap } from './swap.ts';
import type { Effect, Result, Work } from './work.ts';

/** A transfer that brings nothing for so long is given up. */
const SILENCE_MS = 30_000;

export type Edge = {
  readonly folders: Folders;
  readonly world: World;
  /** False where nobody is connected: the next hello says it. */
  readonly send: (frame: Want | Ack) => boolean;
  readonly ended: (ticket: number, result: Result) => void;
};

export type Effects = {
  run(effect: Effect): void;
  /** A binary frame of the link. */
  take(piece: Uint8Array): void;
};

/** Does what the member decided. What goes wrong with a file or the app is a result, never an exception. */
export function effects(edge: Edge): Effects {
  const { folders, world } = edge;
  let staged: Placed | null = null;
  let receiving: { readonly receiver: Receiver; readonly ticket: number; silence: NodeJS.Timeout } | null = null;
  let leaving = new AbortController();

  const receiveInto = (placed: Placed, lacking: readonly FileEntry[], ticket: number): void => {
    receiving = { receiver: receive(folders, placed, lacking), ticket, silence: silence(ticket) };
  };
  const silence = (ticket: number) =>
    setTimeout(() => stopReceiving(ticket, failed(`its files did not come within ${seconds(SILENCE_MS)}`)), SILENCE_MS);
  const stopReceiving = (ticket: number | null, result: Result | null): void => {
    if (receiving === null) return;
    clearTimeout(receiving.silence);
    receiving.receiver.close();
    receiving = null;
    if (ticket !== null && result !== null) edge.ended(ticket, result);
  };

  const work = (ticket: number, each: Work): Result | Promise<Result> | null => {
    switch (each.kind) {
      case 'stage': {
        const { placed, lacking } = stage(folders, each.assign, each.reuse, new Date(world.wallClock()));
        staged = placed;
        return { kind: 'staged', placed, lacking };
      }
      case 'receive': {
        if (staged === null) return failed('nothing is staged');
        receiveInto(staged, each.lacking, ticket);
        const files = each.lacking.map(({ source, key }) => ({ source, key }));
        edge.send({ type: 'want', epoch: each.assign.epoch, files });
        return null;
      }
      case 'look':
        return kindOf(each.assign.handle).look(each.assign.handle, each.assign.containerId, world);
      case 'swap': {
        const damage = each.checked ? null : damageOf(folders, each.to);
        if (damage !== null) return failed(`its files were changed on the disk: ${damage}`);
        swap(folders, each.to);
        staged = null;
        return { kind: 'swapped' };
      }
      case 'fire':
        return kindOf(each.assign.handle).fire(each.assign.handle, each.before, each.timeoutMs, leaving.signal, world);
      case 'verify':
        if (each.resumed && !areInPlace(folders, each.placed)) return failed('its files are not in place');
        return verify(each, world, leaving.signal);
    }
  };

  const begin = async (ticket: number, each: Work): Promise<void> => {
    let result: Result | null;
    try {
      result = await work(ticket, each);
    } catch (error) {
      result = failed(fileReason(error), each.kind === 'fire' || each.kind === 'verify');
    }
    if (result !== null) edge.ended(ticket, result);
  };

  return {
    run(effect) {
      switch (effect.do) {
        case 'work':
          return void begin(effect.ticket, effect.work);
        case 'abandon':
          leaving.abort();
          leaving = new AbortController();
          stopReceiving(null, null);
          if (staged !== null) discard(folders, staged);
          staged = null;
          return;
        case 'ack':
          return void edge.send(effect.ack);
        case 'collect':
          return tidy(folders, effect.keep);
      }
    },
    take(piece) {
      // Pieces of an assignment that was left meanwhile.
      if (receiving === null) return;
      const { receiver, ticket } = receiving;
      try {
        if (receiver.write(piece)) return stopReceiving(ticket, { kind: 'received' });
        clearTimeout(receiving.silence);
        receiving.silence = silence(ticket);
      } catch (error) {
        stopReceiving(ticket, failed(fileReason(error)));
      }
    },
  };
}

/** Folders that stay a while longer cost space, and harm nobody. */
function tidy(folders: Folders, keep: readonly Placed[]): void {
  try {
    collect(folders, keep);
  } catch {
    // It is done again after the next try.
  }
}

function failed(because: string, told = false): Result {
  return { kind: 'failed', because: oneLine(because, 400), told };
}

/** `ENOSPC: no space left on device, write` without what follows: a path below /proc/self/fd says nothing to anybody. */
function fileReason(error: unknown): string {
  const reason = reasonOf(error);
  return error instanceof Error && 'syscall' in error ? (reason.split(', ')[0] ?? reason) : reason;
}
