import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Ack, Assign } from './protocol.ts';
import { anAssignment, type Bytes } from './test/operator-double.ts';
import { aPod, type Pod } from './test/pod.ts';

const ASSIGNMENTS = 500;
const ITEMS = [
  { key: 'a', path: 'sites/a' },
  { key: 'b', path: 'b' },
];
const env = { FLEETRELOAD_VOLUMES: JSON.stringify([{ name: 'conf', sources: [{ source: 'configmaps/web', items: ITEMS }] }]) };

/** Whoever is on call reads what is wrong in which volume, and what helps. */
const SAID =
  /^volume "conf": .*(let it mount the volume readOnly|in the place of "(sites|b)": remove it|its files were changed on the disk)/;

test('an app that races 500 assignments with symlinks, FIFOs, folders and endless files leads nowhere and keeps nobody waiting; after it, files are whole', {
  timeout: 110_000,
}, async (t) => {
  const pod = await aPod(['conf']);
  const hostile = { stop: async () => {} };
  t.after(async () => {
    await hostile.stop();
    await pod.close();
  });
  const outside = anOutside(path.join(pod.root, 'outside'));
  const handle = await anApp(t);
  const sidecar = await pod.start(env);
  await pod.operator.next('hello');
  let n = 0;
  const next = async () => (await assign(pod, handle, ++n)).outcome;
  assert.equal((await next()).kind, 'applied');
  assert.equal((await sidecar.startup()).status, 200);

  hostile.stop = await aHostileApp(pod.file('conf', ''), outside.root);
  const said: string[] = [];
  let applied = 0;
  while (n < ASSIGNMENTS || applied === 0 || said.length === 0) {
    const outcome = await next();
    if (outcome.kind === 'applied') applied++;
    else said.push(outcome.because);
  }
  await hostile.stop();
  t.diagnostic(`${applied} of ${n} assignments were applied, ${said.length} refused`);
  assert.deepEqual(
    said.filter((because) => !SAID.test(because)),
    [],
  );
  assert.deepEqual(outside.look(), outside.before);

  for (let outcome = await next(); outcome.kind === 'refused'; outcome = await next()) {
    // As it says: what is in the place of a key may be somebody's.
    const [, name] = /in the place of "(sites|b)": remove it/.exec(outcome.because) ?? [];
    assert.ok(name, outcome.because);
    fs.rmSync(pod.file('conf', name), { recursive: true });
  }
  const shown = () => ITEMS.map((item) => fs.readFileSync(pod.file('conf', item.path), 'utf8'));
  assert.deepEqual(shown(), [`A${n}`, 'the same']);
  assert.deepEqual(
    fs.readdirSync(pod.file('conf', '')).filter((name) => name.endsWith('_tmp')),
    [],
  );
  await sidecar.kill('SIGKILL');
  const again = await pod.start(env);
  assert.doesNotMatch(again.text(), /not used/);
  assert.deepEqual(shown(), [`A${n}`, 'the same']);
});

/** What must stay as it is, and unread. */
function anOutside(root: string) {
  fs.mkdirSync(path.join(root, 'folder'), { recursive: true });
  for (const name of ['precious', 'folder/inner', 'witness']) fs.writeFileSync(path.join(root, name), 'precious', { mode: 0o600 });
  execFileSync('mkfifo', [path.join(root, 'fifo')]);
  const names = ['precious', 'folder/inner', 'folder', 'fifo'];
  // A time of access that is older than the last change moves with the first read, unless the disk keeps none.
  for (const name of [...names, 'witness']) fs.utimesSync(path.join(root, name), 1, 2);
  fs.readFileSync(path.join(root, 'witness'));
  const isKept = fs.lstatSync(path.join(root, 'witness')).atimeMs !== 1000;
  const look = () =>
    names.map((name) => {
      const { ino, mode, uid, size, nlink, mtimeMs, ctimeMs, atimeMs } = fs.lstatSync(path.join(root, name));
      return { name, ino, mode, uid, size, nlink, mtimeMs, ctimeMs, readAt: isKept ? atimeMs : null };
    });
  return { root, look, before: look() };
}

/** Races until it is stopped. */
async function aHostileApp(volume: string, outside: string): Promise<() => Promise<void>> {
  const script = path.join(import.meta.dirname, 'test/hostile-app.ts');
  const app = spawn(process.execPath, [script, volume, outside], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(app.stdout, 'data');
  return async () => {
    assert.equal(app.exitCode, null, 'it raced until now');
    if (app.signalCode !== null) return;
    app.kill('SIGKILL');
    await once(app, 'exit');
  };
}

/** It is told by a request, and takes everything. */
async function anApp(t: TestContext): Promise<Assign['handle']> {
  const app = http.createServer((_, answer) => answer.end()).listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(() => app.close());
  return { kind: 'http', port: (app.address() as AddressInfo).port, path: '/', method: 'POST', headers: [], verify: null };
}

async function assign(pod: Pod, handle: Assign['handle'], n: number): Promise<Ack> {
  const bytes: Bytes = { 'configmaps/web': { a: `A${n}`, b: 'the same' } };
  pod.operator.assign(anAssignment(bytes, { handle, epoch: [1, n], attempt: `${n}.1` }), bytes);
  return pod.operator.next('ack');
}
