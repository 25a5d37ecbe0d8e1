import { setImmediate as turn } from 'node:timers/promises';
import { KubeError } from './errors.ts';

/** Of one watch line: an object is at most some 3 MB, and its managedFields as much. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * The lines of a stream, without their newline. Cut on byte 10 before decoding: in UTF-8 that byte is a part of no other
 * character, so that a chunk may end within one. What comes after the last newline is a line that was cut off, and is dropped.
 * Throws KubeError 'Garbled' for a line that is too long or no UTF-8; never quotes it, for it may be a Secret.
 */
export async function* linesOf(body: AsyncIterable<Uint8Array>, maxBytes = MAX_LINE_BYTES): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let to = chunk.indexOf(10); to !== -1; to = chunk.indexOf(10, from)) {
      const line = [...parts, chunk.subarray(from, to)];
      [parts, bytes, from] = [[], 0, to + 1];
      yield decoded(line, maxBytes);
    }
    parts.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxBytes) throw garbled(`is longer than ${maxBytes} bytes`);
    // The list of a large fleet comes faster than it is read: renewals and pings have their turn in between.
    await turn();
  }
}

/** A line of a watch that cannot be read; `because` says what is wrong with it, without its content. */
export function garbled(because: string): KubeError {
  return new KubeError(`a watch line ${because}`, { status: null, reason: 'Garbled' });
}

function decoded(parts: readonly Uint8Array[], maxBytes: number): string {
  const line = Buffer.concat(parts);
  if (line.length > maxBytes) throw garbled(`is longer than ${maxBytes} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    throw garbled('is no UTF-8');
  }
}
