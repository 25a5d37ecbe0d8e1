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
  let session: Session | null = null;
  let renewing: Promise<Session> | null = null;
  let closed = false;

  const current = async (): Promise<Session> => {
    if (closed) throw new Error('the connection to the API server is closed');
    if (session && performance.now() - session.readAt < REREAD_MS) return session;
    renewing ??= renew(session, credentials)
      .then((next) => (session = next))
      .finally(() => (renewing = null));
    return renewing;
  };

  return {
    send: async ({ method, path, headers, body, over, signal }) => {
      const used = await current();
      const agent = over === 'watch' ? used.watches : used.calls;
      const response = await agent.request({
        origin: credentials.server.origin,
        path: `${credentials.server.pathname.replace(/\/$/, '')}${path}`,
        method,
        headers: { ...used.credential.headers, ...headers, 'user-agent': userAgent },
        body: body ?? null,
        signal,
      });
      if (response.statusCode === 401 && session === used) session = { ...used, readAt: Number.NEGATIVE_INFINITY };
      return response;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await renewing?.catch(() => {});
      if (session) await Promise.all([session.calls.close(), session.watches.destroy()]);
    },
  };
}

type Session = { readonly credential: Credential; readonly readAt: number; readonly calls: Agent; readonly watches: Agent };

/** New connections only where the certificates changed; a new token rides on the old ones. */
async function renew(last: Session | null, credentials: Credentials): Promise<Session> {
  const readAt = performance.now();
  const credential = await credentials.read();
  if (last && sameTls(last.credential.tls, credential.tls)) return { ...last, credential, readAt };
  // Requests under way end on the old ones, watches at their own end.
  if (last) void Promise.all([last.calls.close(), last.watches.close()]).catch(() => {});
  // HTTP/1.1: a stalled connection then stalls one watch, not all.
  const connect = { ...credential.tls, allowH2: false, timeout: PATIENCE_MS, keepAlive: true, keepAliveInitialDelay: 30_000 };
  return {
    credential,
    readAt,
    calls: new Agent({ connect, allowH2: false, connections: CONNECTIONS, keepAliveTimeout: 30_000 }),
    watches: new Agent({ connect, allowH2: false, headersTimeout: PATIENCE_MS, bodyTimeout: 0, keepAliveTimeout: 5_000 }),
  };
}

function sameTls(a: Tls, b: Tls): boolean {
  const text = (tls: Tls) =>
    JSON.stringify([tls.ca, tls.cert, tls.key].map(String).concat(String(tls.servername), String(tls.rejectUnauthorized)));
  return text(a) === text(b);
}
