/**
 * An app that reloads over HTTP, for pods: `localhost/node:24` runs this file from a ConfigMap. POST /-/reload, or with WATCHES=true the swap of
 * its files, has it read the config again and log `told`; GET /version says what runs; GET /healthz is the readiness. It may be slow (RELOAD_MS), refuse a config, or take one that
 * makes it unready after a while, or that only GET /health/config and GET /metrics tell of.
 */

import { readFileSync, watch } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

type Config = {
  readonly version: string;
  readonly refuse?: string;
  readonly unreadyAfterMs?: number;
  readonly health?: string;
  readonly errors?: number;
};

let config = read();
let takenAt = performance.now();
const server = createServer((request, response) => {
  const answer = (status: number, body: string) => void response.writeHead(status).end(body);
  switch (`${request.method} ${request.url}`) {
    case 'POST /-/reload':
      return void reload().then(
        () => answer(200, 'taken\n'),
        (error: Error) => answer(500, `${error.message}\nand this is its second line\n`),
      );
    case 'GET /version':
      return answer(200, JSON.stringify({ version: config.version }));
    case 'GET /healthz':
      return answer(performance.now() - takenAt < (config.unreadyAfterMs ?? Number.POSITIVE_INFINITY) ? 200 : 503, '');
    case 'GET /health/config':
      return answer(200, JSON.stringify({ config: config.health ?? 'ok' }));
    case 'GET /metrics':
      return answer(200, `app_errors{pod="${process.env.HOSTNAME}"} ${config.errors ?? 0}\n`);
    default:
      return answer(404, '');
  }
});
server.listen(8080);
// As one that watches a mounted ConfigMap: what it refuses it tells nobody, and keeps what it has.
if (process.env.WATCHES === 'true') watch('/config', (_, name) => name === '..data' && void reload().catch(() => undefined));
process.on('SIGTERM', () => process.exit(0));

async function reload(): Promise<void> {
  const next = read();
  console.log(`told ${next.version}`);
  await sleep(Number(process.env.RELOAD_MS));
  if (next.refuse !== undefined) throw new Error(next.refuse);
  config = next;
  takenAt = performance.now();
}

function read(): Config {
  return JSON.parse(readFileSync('/config/app.json', 'utf8')) as Config;
}
