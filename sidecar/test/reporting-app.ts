/**
 * An app as a process of its own, for tests: `node reporting-app.ts FOLDER LOG [watch]`. It reads `app.conf` in FOLDER when it starts, and when it
 * is told: by POST /-/reload or, with `watch`, by the rename of `..data`, as one does that watches a mounted ConfigMap. Each of these is a line of
 * LOG. GET /version says what it runs; it keeps that where the config says `bad`. Its port is the first line on stdout.
 */

import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const [folder = '', log = '', watches] = process.argv.slice(2);
let runs = read();
fs.writeFileSync(log, `${runs}\n`);

function read(): string {
  return fs.readFileSync(path.join(folder, 'app.conf'), 'utf8').trim();
}

function told(): void {
  const config = read();
  fs.appendFileSync(log, `${config}\n`);
  if (!config.startsWith('bad')) runs = config;
}

// The folder itself goes when the test is over.
if (watches === 'watch') fs.watch(folder, (_, name) => name === '..data' && fs.existsSync(path.join(folder, 'app.conf')) && told());

const server = http.createServer((request, response) => {
  if (request.url === '/version') return response.end(runs);
  if (request.method === 'POST' && watches === undefined) told();
  return response.writeHead(204).end();
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
