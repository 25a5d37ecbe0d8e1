import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HttpOptions = {
  readonly port: number;
  readonly metrics: { readonly text: () => Promise<string>; readonly contentType: string };
  /** Null, or what it still waits for. Does not depend on leading: the other replica is ready to take over. */
  readonly unready: () => string | null;
};

/** Whoever reaches the port may ask, and hold none of it for long. */
const LIMITS = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 };
const CONNECTIONS = 256;

/** `/healthz`, `/readyz` and `/metrics`, for the kubelet and Prometheus. Nothing of it can change anything. */
export async function serveHttp({ port, metrics, unready }: HttpOptions): Promise<{ port: number; close: () => void }> {
  const answer = async (path: string): Promise<[status: number, body: string, type: string]> => {
    switch (path) {
      case '/healthz':
        // That it answers is the answer: to start a replica again cures nothing that the next pass would not.
        return verdict(null);
      case '/readyz':
        return verdict(unready());
      case '/metrics':
        return [200, await metrics.text(), metrics.contentType];
      default:
        return [404, 'there are /healthz, /readyz and /metrics\n', 'text/plain'];
    }
  };
  const server: Server = createServer(LIMITS, (request, response) => {
    answer((request.url ?? '').replace(/\?.*/, '')).then(
      ([status, body, type]) => response.writeHead(status, { 'content-type': type }).end(body),
      (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
    );
  });
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

function verdict(because: string | null): [number, string, string] {
  return because === null ? [200, 'ok\n', 'text/plain'] : [503, `${because}\n`, 'text/plain'];
}
