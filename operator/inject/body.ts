import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'refused'; readonly status: 413 | 503; readonly because: string };

/** The API server takes no object of more than 3 MiB. */
const MOST = 4 << 20;
/** Of all that are being read: whoever reaches the port may send some. */
const MOST_HELD = 32 << 20;

/** Reads bodies that are bounded, each and together. */
export function bodies(most = MOST, mostHeld = MOST_HELD): (request: IncomingMessage) => Promise<Body> {
  let held = 0;

  return async (request) => {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        held += chunk.length;
        if (size > most) return { kind: 'refused', status: 413, because: `a review has at most ${most} bytes` };
        if (held > mostHeld) return { kind: 'refused', status: 503, because: 'too many reviews at once' };
        chunks.push(chunk);
      }
      return { kind: 'whole', text: Buffer.concat(chunks).toString('utf8') };
    } finally {
      held -= size;
    }
  };
}
