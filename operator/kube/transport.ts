import { Agent, type Dispatcher } from 'undici';
import type { Credential, Credentials, Tls } from './credentials.ts';

export type Sent = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A watch keeps its connection to itself; a call shares a few. */
  readonly over: 'call' | 'watch';
  readonly signal: AbortSignal;
};

/** Requests to one API server over few connections that stay open, with credentials that are read anew. */
export type Transport = {
  readonly send: (sent: Sent) => Promise<Dispatcher.ResponseData>;
  /** Calls under way end, watches are cut. */
  readonly close: () => Promise<void>;
};

/** As client-go does: a token that was renewed is noticed within a minute. */
const REREAD_MS = 60_000;
const CONNECTIONS = 8;
/** For the TLS handshake, and for the first byte of a watch. */
const PATIENCE_MS = 10_000;

export function openTransport(credentials: Credentials, userAgent: string): Transport {
  let session: Promise<Session> | null = null;
  let readAt = 0;
  let closed = false;

  const current = (): Promise<Session> => {
    if (closed) throw new Error('the connection to the API server is closed');
    if (session === null || performance.now() - readAt > REREAD_MS) {
      readAt = performance.now();
      session = renew(session, credentials);
      // A file that cannot be read now is read again by the next request.
      session.catch(() => (session = null));
    }
    return session;
  };

  return {
    send: async ({ method, path, headers, body, over, signal }) => {
      const { credential, calls, watches } = await current();
      const agent = over === 'watch' ? watches : calls;
      const response = await agent.request({
        origin: credentials.server.origin,
        path: `${credentials.server.pathname.replace(/\/$/, '')}${path}`,
        method,
        headers: { ...credential.headers, ...headers, 'user-agent': userAgent },
        body: body ?? null,
        signal,
      });
      if (response.statusCode === 401) readAt = Number.NEGATIVE_INFINITY;
      return response;
    },
    close: async () => {
      closed = true;
      const last = await session?.catch(() => null);
      if (last) await Promise.all([last.calls.close(), last.watches.destroy()]);
    },
  };
}

type Session = { readonly credential: Credential; readonly calls: Agent; readonly watches: Agent };

/** New connections only where the certificates changed; a new token rides on the old ones. */
async function renew(before: Promise<Session> | null, credentials: Credentials): Promise<Session> {
  const last = await before?.catch(() => null);
  const credential = await credentials.read();
  if (last && sameTls(last.credential.tls, credential.tls)) return { ...last, credential };
  // Requests under way end on the old ones, watches at their own end.
  if (last) void Promise.all([last.calls.close(), last.watches.close()]).catch(() => {});
  // HTTP/1.1: a stalled connection then stalls one watch, not all.
  const connect = { ...credential.tls, allowH2: false, timeout: PATIENCE_MS, keepAlive: true, keepAliveInitialDelay: 30_000 };
  return {
    credential,
    calls: new Agent({ connect, allowH2: false, connections: CONNECTIONS, keepAliveTimeout: 30_000 }),
    watches: new Agent({ connect, allowH2: false, headersTimeout: PATIENCE_MS, bodyTimeout: 0, keepAliveTimeout: 5_000 }),
  };
}

function sameTls(a: Tls, b: Tls): boolean {
  const text = (tls: Tls) =>
    JSON.stringify([tls.ca, tls.cert, tls.key].map(String).concat(String(tls.servername), String(tls.rejectUnauthorized)));
  return text(a) === text(b);
}
