import fc from 'fast-check';
import { aSpoiling } from './mutate.ts';

/* WebSockets byte by byte, as RFC 6455 has them and as it does not, so that no library stands between a hostile peer and what is tested. */

/** Who speaks: what a client says is masked, and what a server says is not. */
export type Speaker = 'client' | 'server';

type Frame = {
  readonly opcode: number;
  readonly payload?: Buffer;
  readonly fin?: boolean;
  readonly reserved?: number;
  /** Masked as the other side would. */
  readonly wrongMask?: boolean;
  /** In place of the payload's length. */
  readonly announced?: bigint;
};

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;
const MASK = Buffer.from([0x5a, 0x01, 0xff, 0x80]);

export function wire(speaker: Speaker, frame: Frame): Buffer {
  const { opcode, payload = Buffer.alloc(0), fin = true, reserved = 0, wrongMask = false, announced } = frame;
  const isMasked = (speaker === 'client') !== wrongMask;
  const head = Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | reserved | opcode]),
    lengthOf(announced ?? BigInt(payload.length), isMasked),
  ]);
  if (!isMasked) return Buffer.concat([head, payload]);
  return Buffer.concat([head, MASK, payload.map((byte, i) => byte ^ (MASK[i % 4] ?? 0))]);
}

function lengthOf(length: bigint, isMasked: boolean): Buffer {
  const bit = isMasked ? 0x80 : 0;
  if (length < 126n) return Buffer.from([bit | Number(length)]);
  const head = Buffer.alloc(length < 65_536n ? 3 : 9, bit | (length < 65_536n ? 126 : 127));
  if (length < 65_536n) head.writeUInt16BE(Number(length), 1);
  else head.writeBigUInt64BE(length, 1);
  return head;
}

/** A message as a whole, or in fragments with a ping between them. */
export type Message = { readonly bytes: Buffer; readonly isBinary: boolean };

export function said(speaker: Speaker, { bytes, isBinary }: Message, cuts: readonly number[]): Buffer {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const parts = [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  return Buffer.concat(
    parts.flatMap((payload, i) => [
      wire(speaker, { opcode: i > 0 ? CONTINUATION : isBinary ? BINARY : TEXT, payload, fin: i === parts.length - 1 }),
      ...(i < parts.length - 1 ? [wire(speaker, { opcode: PING, payload: Buffer.from('still there?') })] : []),
    ]),
  );
}

/** What is wrong with a stream, and the bytes that make it so. `cut`: nothing follows, not even a goodbye. */
export type Fault = { readonly what: string; readonly bytes: Buffer };

/** `limit`: the longest message that the other side takes. Each of these ends the stream, whatever follows. */
export function aFault(speaker: Speaker, limit: number): fc.Arbitrary<Fault> {
  const fault = (what: string, ...frames: readonly Frame[]) => ({
    what,
    bytes: Buffer.concat(frames.map((frame) => wire(speaker, frame))),
  });
  const text = Buffer.from('{}');
  return fc.oneof(
    fc.constantFrom(3, 4, 5, 6, 7, 11, 12, 13, 14, 15).map((opcode) => fault(`opcode ${opcode}`, { opcode, payload: text })),
    fc.constantFrom(0x10, 0x20, 0x40, 0x70).map((reserved) => fault('reserved bits', { opcode: TEXT, payload: text, reserved })),
    fc.constantFrom(TEXT, PING).map((opcode) => fault('the mask of the other side', { opcode, payload: text, wrongMask: true })),
    fc
      .constantFrom(BigInt(limit) + 1n, 1n << 31n, 1n << 32n, (1n << 53n) + 1n, (1n << 63n) - 1n, (1n << 64n) - 1n)
      .map((announced) => fault(`${announced} bytes are announced`, { opcode: TEXT, payload: text, announced })),
    fc.constantFrom(
      fault('no message is continued', { opcode: CONTINUATION, payload: text }),
      fault('a message within another', { opcode: TEXT, payload: text, fin: false }, { opcode: TEXT, payload: text }),
      fault('a ping in fragments', { opcode: PING, fin: false }),
      fault('a ping that is too long', { opcode: PING, payload: Buffer.alloc(126) }),
      fault('a goodbye of one byte', { opcode: CLOSE, payload: Buffer.alloc(1) }),
      fault('a goodbye with a code that is none', { opcode: CLOSE, payload: Buffer.from([0x03, 0xe7]) }),
      fault('a goodbye that is no UTF-8', { opcode: CLOSE, payload: Buffer.from([0x03, 0xe8, 0xff]) }),
      fault('a text that is no UTF-8', { opcode: TEXT, payload: Buffer.from([0xc3, 0x28]) }),
      fault(
        'fragments that are too long together',
        { opcode: TEXT, payload: Buffer.alloc(limit, 32), fin: false },
        { opcode: CONTINUATION, payload: text },
      ),
      fault(
        'fragments without end',
        { opcode: TEXT, fin: false },
        ...Array.from({ length: 100 }, () => ({ opcode: CONTINUATION, fin: false })),
      ),
    ),
  );
}

export type Ending =
  | { readonly how: 'fault'; readonly fault: Fault }
  /** Says goodbye. */
  | { readonly how: 'close' }
  /** In the middle of a message. */
  | { readonly how: 'cut'; readonly at: number };

export type Conversation = {
  /** Messages by their number; heard up to the fault. */
  readonly before: readonly (readonly number[])[];
  readonly ending: Ending;
  readonly after: readonly (readonly number[])[];
  /** How the network cuts it into pieces. */
  readonly pieces: readonly number[];
  /** Then a few bytes are wrong wherever they are. */
  readonly spoil: ((bytes: Buffer) => Buffer) | null;
};

const cuts = fc.array(fc.nat(500), { maxLength: 3 });

export function aConversation(speaker: Speaker, limit: number): fc.Arbitrary<Conversation> {
  return fc.record({
    before: fc.array(cuts, { maxLength: 4 }),
    ending: fc.oneof(
      { weight: 6, arbitrary: aFault(speaker, limit).map((fault) => ({ how: 'fault' as const, fault })) },
      { weight: 1, arbitrary: fc.constant({ how: 'close' as const }) },
      { weight: 1, arbitrary: fc.nat(1_000).map((at) => ({ how: 'cut' as const, at })) },
    ),
    after: fc.array(cuts, { maxLength: 4 }),
    pieces: fc.array(fc.nat(2_000), { maxLength: 6 }),
    spoil: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: aSpoiling }),
  });
}

/** In the pieces that are written, one after another. `messageOf` says what the n-th message is. */
export function bytesOf(
  speaker: Speaker,
  { before, ending, after, pieces, spoil }: Conversation,
  messageOf: (n: number) => Message,
): Buffer[] {
  const heard = before.map((its, n) => said(speaker, messageOf(n), its));
  const late = after.map((its, n) => said(speaker, messageOf(before.length + n), its));
  const all = Buffer.concat([...heard, ...endingOf(speaker, ending, messageOf(before.length), late)]);
  const bytes = spoil === null ? all : spoil(all);
  const ends = pieces.map((at) => at % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

function endingOf(speaker: Speaker, ending: Ending, next: Message, late: readonly Buffer[]): readonly Buffer[] {
  switch (ending.how) {
    case 'fault':
      return [ending.fault.bytes, ...late];
    case 'close':
      return [wire(speaker, { opcode: PONG }), wire(speaker, { opcode: CLOSE, payload: Buffer.from([0x03, 0xe8]) }), ...late];
    case 'cut': {
      const whole = said(speaker, next, []);
      return [whole.subarray(0, ending.at % whole.length)];
    }
  }
}
