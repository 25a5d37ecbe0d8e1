import http from 'node:http';

/** GET /startup: 200 once files are in place and the app may start, else 503 with what is waited for. GET /healthz: 200. */
export function health(
  port: number,
  startup: () => { readonly ready: boolean; readonly because: string },
  listening: (port: number) => void,
): http.Server {
  const server = http.createServer((request, response) => {
    const [status, text] = answer(request, startup);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  });
  return server.listen(port, () => {
    const address = server.address();
    listening(typeof address === 'object' && address !== null ? address.port : port);
  });
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
