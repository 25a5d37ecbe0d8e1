/** Passes requests on to a backend. POST /reload has it read its config anew, and GET /health/config says how well that went. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

let running = read();

createServer(async ({ method, url }, response) => {
  const answer = (status, body) => response.writeHead(status).end(body);
  switch (`${method} ${url}`) {
    case 'POST /reload':
      try {
        running = read();
        return answer(200, 'reloaded\n');
      } catch (error) {
        return answer(422, `${error.message}\n`);
      }
    case 'GET /health/config':
      return answer(200, JSON.stringify({ version: running.version, backend: await healthOf(running.backend) }));
    case 'GET /healthz':
      return answer(200, 'ready\n');
    default:
      return answer(404, 'nothing here\n');
  }
}).listen(8080);

process.on('SIGTERM', () => process.exit(0));

function read() {
  const { version, backend } = JSON.parse(readFileSync('/config/app.json', 'utf8'));
  if (!URL.canParse(backend)) throw new Error(`backend: ${JSON.stringify(backend)} is no URL`);
  return { version, backend };
}

async function healthOf(backend) {
  try {
    const { status } = await fetch(backend, { signal: AbortSignal.timeout(1000) });
    return status === 200 ? 'ok' : `${backend} answers ${status}`;
  } catch (error) {
    return `${backend} does not answer: ${error.cause?.code ?? error.message}`;
  }
}
