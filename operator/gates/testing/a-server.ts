import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A real server on loopback that ends with the test; `asked` has what came, in order. */
export async function aServer(
  test: TestContext,
  answer: http.RequestListener,
  { host = '127.0.0.1', tls }: { readonly host?: string; readonly tls?: { readonly cert: string; readonly key: string } } = {},
) {
  const asked: http.IncomingMessage[] = [];
  const listener: http.RequestListener = (request, response) => {
    asked.push(request);
    answer(request, response);
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  server.listen(0, host);
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, asked, next: async () => (await once(server, 'request'))[0] as http.IncomingMessage };
}
