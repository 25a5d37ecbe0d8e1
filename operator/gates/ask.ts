import { Client } from 'undici';
import type { Clock } from '../link/clock.ts';
import { slots } from './slots.ts';
import { reasonOf } from './words.ts';

export type Question = {
  /** `http://[fd00::1]:8080`. */
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls: { readonly ca?: string; readonly rejectUnauthorized?: boolean };
  /** From the connection to the answer's last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** `answered 200 with more than 64 KiB`. */
  | { readonly kind: 'too large'; readonly because: string }
  /** `does not answer: ECONNREFUSED`. */
  | { readonly kind: 'no answer'; readonly because: string; readonly code: string | null };

/** Throws nothing but the signal's reason. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Answer>;

/** At once, over all policies: an answer takes up to 64 KiB, and the operator has more to do. */
const AT_ONCE = 32;

/** Asks others over HTTP, and believes nothing of them: a connection each, no redirects, bounded in time and size. */
export function openAsk(clock: Clock): Ask {
  const inSlot = slots(AT_ONCE);
  return (question, signal) =>
    inSlot(async () => {
      signal.throwIfAborted();
      const ours = new AbortController();
      const onAbort = () => ours.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      const cancel = clock.after(question.timeoutMs, onAbort);
      try {
        return await answerOf(question, ours.signal);
      } catch (error) {
        signal.throwIfAborted();
        if (ours.signal.aborted) return noAnswer(`does not answer within ${question.timeoutMs / 1000}s`);
        return noAnswer(`does not answer: ${reasonOf(error)}`, error);
      } finally {
        cancel();
        signal.removeEventListener('abort', onAbort);
      }
    });
}

async function answerOf({ origin, path, method, headers, body, tls, timeoutMs, maxBytes }: Question, signal: AbortSignal): Promise<Answer> {
  const client = new Client(origin, { allowH2: false, connect: { ...tls, timeout: timeoutMs } });
  try {
    const response = await client.request({
      path,
      method,
      headers: { 'user-agent': 'fleet-reload', ...headers },
      body: body ?? null,
      reset: true,
      signal,
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) return { kind: 'too large', because: `answered ${response.statusCode} with more than ${maxBytes / 1024} KiB` };
      pieces.push(piece);
    }
    return { kind: 'answer', status: response.statusCode, body: Buffer.concat(pieces).toString('utf8') };
  } finally {
    await client.destroy();
  }
}

function noAnswer(because: string, error?: unknown): Answer {
  const { code } = (error ?? {}) as { code?: unknown };
  return { kind: 'no answer', because, code: typeof code === 'string' ? code : null };
}
