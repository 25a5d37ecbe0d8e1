// An app that reads its config anew when it is told to, and says which one it runs.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const read = () => readFileSync('/config/version', 'utf8');
let version = read();
createServer((request, response) => {
  if (request.method === 'POST') version = read();
  response.end(version);
}).listen(8080);
process.on('SIGTERM', () => process.exit(0));
