import type { Readable } from 'node:stream';
import { KubeError, outageOf, refusalOf, type Status } from './errors.ts';
import type { Sent, Transport } from './transport.ts';

export type CallOptions = {
  readonly query?: Query | undefined;
  /** PartialObjectMetadata in place of whole objects: get, list and watch. */
  readonly metadataOnly?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
};

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** CallOptions with the default deadline in place. */
type Bounded = CallOptions & { readonly timeoutMs: number };

export type Asked = { method: Sent['method']; path: string; body?: object | undefined; type?: string; as: string };

/** One request and its whole answer. */
export async function answerOf<T>(transport: Transport, options: Bounded, asked: Asked): Promise<T> {
  const path = withQuery(asked.path, options.query);
  const what = `${asked.method} ${path}`;
  return withDeadline(what, options, async (signal) => {
    const response = await transport.send({
      method: asked.method,
      path,
      headers: { ...acceptOf(asked.as, options), ...(asked.body && { 'content-type': asked.type ?? 'application/json' }) },
      ...(asked.body && { body: JSON.stringify(asked.body) }),
      over: 'call',
      signal,
    });
    const text = await response.body.text();
    if (response.statusCode >= 400) throw refusalOf(what, response.statusCode, statusOf(text), headerOf(response.headers['retry-after']));
    return parsed<T>(what, text);
  });
}

/** One watch, from its first header on. */
export async function streamOf(
  transport: Transport,
  path: string,
  options: CallOptions & { readonly signal: AbortSignal },
): Promise<Readable> {
  const full = withQuery(path, { watch: true, ...options.query });
  const what = `WATCH ${full}`;
  try {
    const headers = acceptOf('PartialObjectMetadata', options);
    const response = await transport.send({ method: 'GET', path: full, headers, over: 'watch', signal: options.signal });
    if (response.statusCode < 400) return response.body;
    throw refusalOf(what, response.statusCode, statusOf(await response.body.text()), headerOf(response.headers['retry-after']));
  } catch (error) {
    options.signal.throwIfAborted();
    throw error instanceof KubeError ? error : outageOf(what, error);
  }
}

/** Runs `work` until the caller's signal or the deadline, and turns what the network throws into our error. */
async function withDeadline<T>(what: string, options: Bounded, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  const ours = new AbortController();
  const late = new KubeError(`${what}: no answer within ${timeoutMs} ms`, { status: null, reason: 'Timeout' });
  const timer = setTimeout(() => ours.abort(late), timeoutMs);
  const onAbort = () => ours.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(ours.signal);
  } catch (error) {
    ours.signal.throwIfAborted();
    throw error instanceof KubeError ? error : outageOf(what, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) params.set(key, String(value));
  return params.size === 0 ? path : `${path}?${params.toString()}`;
}

function acceptOf(as: string, { metadataOnly }: CallOptions): { accept: string } {
  return { accept: metadataOnly ? `application/json;as=${as};g=meta.k8s.io;v=v1` : 'application/json' };
}

function statusOf(text: string): Status | null {
  try {
    const status = JSON.parse(text) as Status;
    return status?.kind === 'Status' ? status : null;
  } catch {
    return null;
  }
}

/** What is not JSON is not quoted: it may be a part of a Secret. */
function parsed<T>(what: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new KubeError(`${what}: the answer of ${text.length} characters is no JSON`, { status: null, reason: 'Garbled' });
  }
}

function headerOf(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : (value?.[0] ?? null);
}
