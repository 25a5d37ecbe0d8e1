import type { WebSocket } from 'ws';
import {
  type Ack,
  type Assign,
  type Epoch,
  type FileEntry,
  type Hello,
  MAX_TEXT_BYTES,
  type TrustCa,
  type Want,
} from '../../sidecar/protocol.ts';
import type { Clock } from './clock.ts';
import type { Counters, Log } from './counters.ts';
import { compareEpochs } from './epochs.ts';
import { MAX_HEARD_BYTES, parseFrame } from './frames.ts';
import { ENDINGS, type Ending } from './refusal.ts';
import { isSameTry } from './report.ts';
import { type BytesOf, transfer } from './transfer.ts';

/** One stream's conversation with the pod that its token is bound to. */
export type Session = {
  /** It has said hello, and may be told things. */
  readonly isGreeted: () => boolean;
  /** `since` is the epoch at which this try was stated first: an ack of it from then on is an ack of this. False: the stream has ended. */
  readonly state: (assign: Assign, since: Epoch, bytesOf: BytesOf) => boolean;
  /** What was stated last on this stream. */
  readonly stated: () => Assign | null;
  readonly trust: (pem: string) => void;
  readonly end: (ending: Ending) => void;
};

export type Conversation = {
  readonly stream: WebSocket;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** Null, or what its pod has said too much of. */
  readonly hear: (bytes: number) => Ending | null;
  /** A turn to send files: how many members are sent to at once is bounded over all streams. */
  readonly turn: () => Promise<() => void>;
  readonly hello: (hello: Hello) => void;
  /** Of the assignment in flight; every other ack ends here. */
  readonly ack: (ack: Ack) => void;
  /** Once, whoever ended it. */
  readonly left: () => void;
};

/** A hello is due within this time. */
export const HELLO_MS = 5_000;
/** A stream that we end is cut after this, be it that the peer does not say goodbye. */
export const GOODBYE_MS = 1_000;
/** Text waits for a slow reader up to this size; then it is dropped, and finds its assignment when it dials again. */
export const MAX_WAITING_BYTES = 1024 * 1024;
/** It says one when it has dialled, and another when it has booted. */
const MAX_HELLOS = 5;

/** Of a `want` around its files. */
const ENVELOPE_BYTES = 128;

type Stated = { readonly assign: Assign; readonly since: Epoch; readonly bytesOf: BytesOf; wanted: boolean; answered: boolean };

export function converse(conversation: Conversation): Session {
  const { stream, clock, log, counters } = conversation;
  let hellos = 0;
  let inFlight: Stated | null = null;
  let ended: Ending | 'closed' | 'error' | null = null;

  const cancelHello = clock.after(HELLO_MS, () => {
    if (hellos === 0) end('no_hello');
  });

  function end(ending: Ending, says: string = ENDINGS[ending].says): void {
    if (ended) return;
    ended = ending;
    if (ending === 'silent' || ending === 'slow' || ending === 'replaced') stream.terminate();
    else {
      stream.close(ENDINGS[ending].code, says);
      // A peer that reads nothing would keep what is under way, and its turn, for the 30 s that ws waits.
      stream.once(
        'close',
        clock.after(GOODBYE_MS, () => stream.terminate()),
      );
    }
    leave();
  }

  /** At the moment we decide it, not when the peer has said goodbye as well. */
  function leave(): void {
    cancelHello();
    inFlight = null;
    counters.ended(ended ?? 'closed');
    conversation.left();
  }

  stream.on('error', (error) => {
    if (ended) return;
    // Of ws: broken frames and oversize. It closes the stream itself.
    log.warn({ error: error.message }, 'stream broke');
    ended = 'error';
    leave();
  });
  stream.on('close', () => {
    if (ended) return;
    ended = 'closed';
    leave();
  });

  stream.on('message', (data: Buffer, isBinary: boolean) => {
    if (ended) return;
    const over = conversation.hear(data.length);
    if (over !== null) return end(over);
    if (isBinary) return end('binary');
    const heard = parseFrame(data);
    switch (heard.kind) {
      case 'unreadable':
        return end('unreadable', heard.because);
      case 'other version':
        return end('other_version', `protocol ${heard.theirs} is not ours`.slice(0, 100));
      case 'frame':
        return hear(heard.frame);
    }
  });

  function hear(frame: Hello | Want | Ack): void {
    if (hellos === 0 && frame.type !== 'hello') return end('unreadable', `${frame.type} before hello`);
    switch (frame.type) {
      case 'hello':
        hellos += 1;
        if (hellos > MAX_HELLOS) return end('too_many_frames', `more than ${MAX_HELLOS} hellos`);
        return conversation.hello(frame);
      case 'want':
        return want(frame);
      case 'ack':
        return ack(frame);
    }
  }

  function ack(frame: Ack): void {
    const stated = inFlight;
    if (!stated || stated.answered || !isSameTry(stated.assign, frame) || !isWithin(frame.epoch, stated)) return counters.ignored('ack');
    // That its epoch was too low is said of that one statement: it may have been stated again since.
    if (isOfEpoch(frame) && compareEpochs(frame.epoch, stated.assign.epoch) !== 0) return counters.ignored('ack');
    stated.answered = true;
    conversation.ack(frame);
  }

  function want(frame: Want): void {
    const stated = inFlight;
    if (!stated || stated.answered || stated.wanted || !isWithin(frame.epoch, stated)) return counters.ignored('want');
    const files = filesOf(stated.assign, frame);
    if (!files) return end('not_its_file');
    stated.wanted = true;
    void sendFiles(stated, files);
  }

  async function sendFiles(stated: Stated, files: readonly FileEntry[]): Promise<void> {
    // A newer assignment cuts the old one's files off: behind its `assign`, a binary frame is never of the one before.
    const isCurrent = () => stated === inFlight && stream.readyState === stream.OPEN;
    const done = await conversation.turn();
    try {
      if (isCurrent()) counters.sentBytes(await transfer(stream, files, stated.bytesOf, clock, isCurrent, () => end('slow')));
    } catch (error) {
      if (!isCurrent()) return;
      log.error({ error: String(error), revision: stated.assign.revision }, 'files could not be sent');
      end('no_files');
    } finally {
      done();
    }
  }

  function say(frame: Assign | TrustCa): void {
    if (stream.bufferedAmount > MAX_WAITING_BYTES) return end('slow');
    stream.send(JSON.stringify(frame));
  }

  return {
    isGreeted: () => hellos > 0 && !ended,
    state: (assign, since, bytesOf) => {
      if (ended) return false;
      inFlight = { assign, since, bytesOf, wanted: false, answered: false };
      say(assign);
      return !ended;
    },
    stated: () => inFlight?.assign ?? null,
    trust: (pem) => {
      if (!ended) say({ type: 'ca', pem });
    },
    end,
  };
}

/** Only what the assignment names; null where anything else is wanted. A file that is wanted twice comes twice. */
function filesOf(assign: Assign, want: Want): readonly FileEntry[] | null {
  const known = new Map(assign.files.map((file) => [`${file.source}/${file.key}`, file]));
  const found = want.files.flatMap(({ source, key }) => known.get(`${source}/${key}`) ?? []);
  return found.length === want.files.length && found.length <= known.size ? found : null;
}

function isOfEpoch({ outcome }: Ack): boolean {
  return outcome.kind === 'refused' && outcome.seen !== undefined;
}

function isWithin(epoch: Epoch, { since, assign }: Stated): boolean {
  return compareEpochs(epoch, since) >= 0 && compareEpochs(epoch, assign.epoch) <= 0;
}

/** A frame that the peer would refuse is refused here, where somebody can say why. */
export function assertFits(assign: Assign): void {
  const told = `the assignment of ${assign.revision} with its ${assign.files.length} files`;
  const bytes = Buffer.byteLength(JSON.stringify(assign));
  if (bytes > MAX_TEXT_BYTES) throw new RangeError(`${told} is ${bytes} bytes; the link carries ${MAX_TEXT_BYTES}: use fewer keys`);
  // At most what a member answers that has none of them.
  const names = Buffer.byteLength(JSON.stringify(assign.files.map(({ source, key }) => ({ source, key })))) + ENVELOPE_BYTES;
  if (names > MAX_HEARD_BYTES)
    throw new RangeError(`the names in ${told} are ${names} bytes; the link carries ${MAX_HEARD_BYTES}: use fewer keys, or shorter names`);
}
