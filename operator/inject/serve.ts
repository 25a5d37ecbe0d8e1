import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Serving } from '../link/certificates.ts';
import type { Clock } from '../link/clock.ts';
import { bodies } from './body.ts';
import type { Answer } from './webhook.ts';

export type ServeOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  readonly serving: Serving;
  readonly answer: (body: string) => Promise<Answer> | Answer;
  /** Null, or why nothing can be answered yet. */
  readonly unready: () => string | null;
  readonly clock: Pick<Clock, 'after'>;
};

export type Served = {
  readonly port: number;
  /** Another certificate, for those who connect from now on. */
  readonly serve: (serving: Serving) => void;
  /** Answers a little while longer, and ends when nobody is sent here any more. */
  readonly close: () => Promise<void>;
};

const PATH = '/inject';
const CONNECTIONS = 256;
/** The API server waits a few seconds, and keeps a connection that it does not use for 90 s: who closed it sooner could lose a review. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000, keepAliveTimeout: 120_000 };
const TLS = { minVersion: 'TLSv1.2', handshakeTimeout: 5_000 } as const;
/** Until no node sends anything to a pod that ends. */
const LINGER_MS = 3_000;

/**
 * `POST /inject`, for the API server. What cannot be answered gets an HTTP status, so that the webhook's failurePolicy decides: where somebody
 * set it to Fail, a review that comes before the policies were read lets no pod in as it is.
 */
export async function serveWebhook({ port, serving, answer, unready, clock }: ServeOptions): Promise<Served> {
  const read = bodies();
  let isEnding = false;
  const server = createServer({ ...LIMITS, ...TLS, ...serving }, (request, response) => {
    respond(request).then(
      (answered) => say(response, answered),
      // The body broke off.
      () => response.destroy(),
    );
  });
  server.maxConnections = CONNECTIONS;
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    serve: (next) => server.setSecureContext({ ...TLS, ...next }),
    close: async () => {
      isEnding = true;
      await new Promise<void>((resolve) => clock.after(LINGER_MS, resolve));
      server.close();
      server.closeAllConnections();
    },
  };

  async function respond(request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> {
    if (request.url?.replace(/\?.*/, '') !== PATH) return { status: 404, body: `there is ${PATH}\n` };
    if (request.method !== 'POST') return { status: 405, body: 'a review is POSTed\n' };
    const because = unready();
    if (because !== null) return { status: 503, body: because };
    const body = await read(request);
    return body.kind === 'whole' ? await answer(body.text) : { status: body.status, body: body.because };
  }

  /** A connection is kept for the next review, unless this one was none, or it is the last. */
  function say(response: ServerResponse, { status, body }: { readonly status: number; readonly body: string }): void {
    const close = status !== 200 || isEnding ? { connection: 'close' } : {};
    response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'text/plain', ...close }).end(body);
  }
}
