import http from 'node:http';

/** Nobody needs longer, or more at once, than the kubelet: whoever else reaches the pod shall not fill the sidecar's small memory. */
const REQUEST_MS = 2000;
const CONNECTIONS = 32;
const LISTEN_AGAIN_MS = 1000;

/**
 * GET /startup: 200 once files are in place and the app may start, else 503 with what is waited for. GET /healthz: 200.
 * A port that is taken is said by `failed` and tried again each second: the app is not to suffer from it.
 */
export function health(
  port: number,
  startup: () => { readonly ready: boolean; readonly because: string },
  listening: (port: number) => void,
  failed: (error: Error) => void,
): http.Server {
  const limits = { headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: REQUEST_MS / 2 };
  const server = http.createServer(limits, (request, response) => {
    const [status, text] = answer(request, startup);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  });
  server.maxConnections = CONNECTIONS;
  server.on('listening', () => {
    const address = server.address();
    listening(typeof address === 'object' && address !== null ? address.port : port);
  });
  server.on('error', (error) => {
    failed(error);
    if (!server.listening) setTimeout(() => server.listen(port), LISTEN_AGAIN_MS);
  });
  return server.listen(port);
}

function answer(
  { url, method }: http.IncomingMessage,
  startup: () => { readonly ready: boolean; readonly because: string },
): [number, string] {
  if (method !== 'GET' && method !== 'HEAD') return [405, 'GET only'];
  if (url === '/healthz') return [200, 'ok'];
  if (url !== '/startup') return [404, 'not found'];
  const { ready, because } = startup();
  return ready ? [200, 'ok'] : [503, because];
}
