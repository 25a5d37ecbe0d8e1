/** Greets whoever asks, and watches the folder of its config. What it cannot use it leaves, and goes on with what it has. */

import { existsSync, readFileSync, realpathSync, watch } from 'node:fs';
import { createServer } from 'node:http';

const CONFIG = '/config';

let running = read();

// All files of a mounted ConfigMap change at once, when `..data` is replaced. So do those of the sidecar.
watch(CONFIG, (_event, name) => {
  if (name !== '..data') return;
  try {
    running = read();
  } catch (error) {
    console.error(`goes on with ${running.greeting}: ${error.message}`);
  }
});

createServer(({ url }, response) => {
  response.end(`${url === '/revision' ? running.revision : running.greeting}\n`);
}).listen(8080);

process.on('SIGTERM', () => process.exit(0));

/** Both of one revision: the next one comes in another folder. */
function read() {
  const folder = realpathSync(`${CONFIG}/..data`);
  const { greeting } = JSON.parse(readFileSync(`${folder}/app.json`, 'utf8'));
  return { greeting, revision: revisionIn(`${folder}/..revision`) };
}

/** The sidecar writes it. In a pod without one the app runs, too, and cannot name what it runs. */
function revisionIn(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'unknown';
}
