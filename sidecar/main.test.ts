import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { build } from 'esbuild';
import { until } from '../test/support/until.ts';
import type { Ack, Assign } from './protocol.ts';
import type { App } from './test/app.ts';
import { anAssignment, type Bytes, HUP } from './test/operator-double.ts';
import { aPod, type Pod, type Sidecar } from './test/pod.ts';

const config = (text: string): Bytes => ({ 'configmaps/web': { 'app.conf': `${text}\n` } });

test('a pod boots on the assignment, reloads a good one, and goes back from a bad one', async (t) => {
  const { pod, app, sidecar } = await aRunningPod(t);

  const good = await assign(pod, config('two'), { epoch: [1, 2], attempt: '2.1' });
  assert.deepEqual(good.outcome, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  assert.ok(good.firedAt !== null && good.tookMs !== null);
  assert.deepEqual(app.told(), ['one', 'two']);

  const bad = await assign(pod, config('bad'), { epoch: [1, 3], attempt: '3.1', timeoutMs: 300 });
  assert.equal(bad.outcome.kind, 'refused');
  assert.match(because(bad), /^app\w+ master \d+ kept its workers \d+ for 0\.[23]s after SIGHUP; back on [0-9a-f]{16}$/);
  assert.equal(bad.running, good.content);
  assert.deepEqual(app.told(), ['one', 'two', 'bad', 'two']);
  assert.equal(read(pod), 'two\n');

  const again = await assign(pod, config('bad'), { epoch: [1, 4], attempt: '3.1' });
  assert.equal(because(again), because(bad));
  const same = await assign(pod, config('two'), { epoch: [1, 5], attempt: '3.r1' });
  assert.deepEqual([same.outcome.kind, same.firedAt], ['applied', null]);
  assert.equal(app.told().length, 4);
  await sidecar.kill('SIGTERM');
  assert.equal(sidecar.process.exitCode, 0);
});

test('an app that dies of a config is found on the last good when it starts again', async (t) => {
  const { pod, app } = await aRunningPod(t);
  const died = await assign(pod, config('die'), { epoch: [1, 2], attempt: '2.1' });
  assert.match(
    because(died),
    /^app\w+ \d+ was gone [\d.]+s after SIGHUP; going back to [0-9a-f]{16} failed: no process named app\w+ runs$/,
  );
  assert.equal(read(pod), 'one\n');
  await app.stop();
  const restarted = await pod.startApp();
  // It was not seen on the last good, so that it is told once more.
  const back = await assign(pod, config('one'), { epoch: [1, 3], attempt: '2.r1' });
  assert.deepEqual(back.outcome, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  assert.deepEqual(restarted.told(), ['one', 'one']);
});

test('without an operator a pod boots on its last good at once, and on the bootstrap volume after 3 s', async (t) => {
  const pod = await aPod();
  t.after(() => pod.close());
  await pod.operator.close();
  fs.mkdirSync(`${pod.root}/bootstrap/configmaps/web`, { recursive: true });
  fs.writeFileSync(`${pod.root}/bootstrap/configmaps/web/app.conf`, 'stable\n');
  const first = await pod.start();
  assert.equal((await first.startup()).status, 503);
  await until('the startup probe passes', async () => (await first.startup()).status === 200);
  assert.equal(read(pod), 'stable\n');
  await first.kill('SIGKILL');
  fs.rmSync(`${pod.root}/bootstrap`, { recursive: true });
  const second = await pod.start();
  assert.equal((await second.startup()).status, 200);
  pod.operator.close = async () => undefined;
});

test('with nothing to boot on, the pod is held in words like the kubelet’s, until an assignment comes', async (t) => {
  const pod = await aPod();
  t.after(() => pod.close());
  const sidecar = await pod.start();
  const { running } = await pod.operator.next('hello');
  assert.equal(running, null);
  await until('it says so', () => sidecar.log().some(({ msg }) => msg.startsWith('the pod is held: configmap "web" not found: ')));
  const held = await sidecar.startup();
  assert.equal(held.status, 503);
  assert.match(held.text, /^configmap "web" not found: /);
  const booted = await assign(pod, config('one'), {});
  assert.deepEqual([booted.outcome.kind === 'applied' && booted.outcome.proof, booted.firedAt], ['Booted', null]);
  assert.equal((await sidecar.startup()).status, 200);
});

test('an injected pod shows what its volumes name, from the bootstrap volume and from assignments', async (t) => {
  const pod = await aPod(['conf', 'all']);
  t.after(() => pod.close());
  const volumes = [
    { name: 'conf', sources: [{ source: 'configmaps/web', items: [{ key: 'app.conf', path: 'sites/app.conf', mode: 0o400 }] }] },
    { name: 'all', sources: [{ source: 'configmaps/web' }, { source: 'secrets/tls', optional: true }] },
  ];
  fs.mkdirSync(`${pod.root}/bootstrap/configmaps/web`, { recursive: true });
  fs.writeFileSync(`${pod.root}/bootstrap/configmaps/web/app.conf`, 'one\n');
  const sidecar = await pod.start({ FLEETRELOAD_VOLUMES: JSON.stringify(volumes) });
  await until('the startup probe passes', async () => (await sidecar.startup()).status === 200);
  await until('it said so', async () => (await pod.operator.next('hello')).running !== null);
  const shown = () => [pod.file('conf', 'sites/app.conf'), pod.file('all', 'app.conf')].map((file) => fs.readFileSync(file, 'utf8'));
  assert.deepEqual(shown(), ['one\n', 'one\n']);
  const adopted = await assign(pod, config('one'), {});
  assert.equal(adopted.outcome.kind === 'applied' && adopted.outcome.proof, 'Adopted');
  const lacks = await assign(pod, { 'configmaps/web': { other: 'x' } }, { epoch: [1, 2], attempt: '2.1' });
  assert.equal(because(lacks), 'volume "conf": configmap "web" references non-existent config key: app.conf');
  assert.deepEqual(shown(), ['one\n', 'one\n']);
});

test('a pod that booted on the bootstrap volume says so, and adopts the same files without a signal', async (t) => {
  const pod = await aPod();
  t.after(() => pod.close());
  fs.mkdirSync(`${pod.root}/bootstrap/configmaps/web`, { recursive: true });
  fs.writeFileSync(`${pod.root}/bootstrap/configmaps/web/app.conf`, 'one\n');
  const sidecar = await pod.start();
  assert.equal((await pod.operator.next('hello')).running, null);
  const again = await pod.operator.next('hello');
  assert.deepEqual(again.running && [again.running.revision, again.running.proof], [null, 'Booted']);
  assert.equal((await sidecar.startup()).status, 200);
  const app = await pod.startApp();
  const ack = await assign(pod, config('one'), {});
  assert.deepEqual([ack.outcome.kind === 'applied' && ack.outcome.proof, ack.firedAt], ['Adopted', null]);
  assert.deepEqual(app.told(), ['one']);
});

test('secret bytes and their digests are in no log line', async (t) => {
  const pod = await aPod(['configmaps/web', 'secrets/tls']);
  t.after(() => pod.close());
  const sidecar = await pod.start();
  await pod.operator.next('hello');
  const bytes: Bytes = { ...config('one'), 'secrets/tls': { 'tls.key': 'hunter2hunter2' } };
  await assign(pod, bytes, {});
  const refused = await assign(
    pod,
    { ...bytes, 'secrets/tls': { 'tls.key': 'hunter3hunter3', '..evil': 'x' } },
    { epoch: [1, 2], attempt: '2.1' },
  );
  assert.match(because(refused), /^secrets\/tls: key "\.\.evil" must not/);
  const secret = anAssignment(bytes).files.find(({ key }) => key === 'tls.key');
  assert.doesNotMatch(sidecar.text(), new RegExp(`hunter|${secret?.sha256}|a-token`));
  assert.equal(fs.readFileSync(pod.file('secrets/tls', 'tls.key'), 'utf8'), 'hunter2hunter2');
});

test('an app that repeats its Secret when it refuses is told of without it, in the ack and in the log', async (t) => {
  const pod = await aPod(['secrets/db']);
  t.after(() => pod.close());
  const password = () => fs.readFileSync(pod.file('secrets/db', 'password'), 'utf8');
  const app = http.createServer((_, response) => response.writeHead(400).end(`invalid password "${password()}"`)).listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(() => app.close());
  const { port } = app.address() as AddressInfo;
  const handle = { kind: 'http', port, path: '/-/reload', method: 'POST', headers: [], verify: null } as const;
  const sidecar = await pod.start();
  await pod.operator.next('hello');
  await assign(pod, { 'secrets/db': { password: 'hunter1' } }, { handle });
  assert.equal((await sidecar.startup()).status, 200);
  const refused = await assign(pod, { 'secrets/db': { password: 'hunter2' } }, { handle, epoch: [1, 2], attempt: '2.1' });
  const says = String.raw`POST 127\.0\.0\.1:\d+/-/reload answered 400: invalid password "…"`;
  assert.match(because(refused), new RegExp(`^${says}; going back to [0-9a-f]{16} failed: ${says}$`));
  assert.doesNotMatch(sidecar.text(), /hunter/);
});

test('bundled to one file and run without a JIT, as in its image, it does the same', async (t) => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sidecar-bundle-')), 'sidecar.cjs');
  t.after(() => fs.rmSync(path.dirname(file), { recursive: true }));
  await build({
    entryPoints: [path.resolve(import.meta.dirname, 'main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
  const pod = await aPod(['configmaps/web'], ['--jitless', '--max-old-space-size=32', file]);
  t.after(() => pod.close());
  const sidecar = await pod.start();
  await pod.operator.next('hello');
  await assign(pod, config('one'), {});
  assert.equal((await sidecar.startup()).status, 200);
  const app = await pod.startApp();
  const large: Bytes = { 'configmaps/web': { 'app.conf': 'two\n', large: Buffer.alloc(1024 * 1024, 'x') } };
  const { outcome } = await assign(pod, large, { epoch: [1, 2], attempt: '2.1' });
  assert.deepEqual(outcome, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  assert.deepEqual([app.told(), fs.statSync(pod.file('configmaps/web', 'large')).size], [['one', 'two'], 1024 * 1024]);
});

/** Booted on `one`, with the startup probe passed and the app running. */
async function aRunningPod(t: TestContext): Promise<{ pod: Pod; app: App; sidecar: Sidecar }> {
  const pod = await aPod();
  t.after(() => pod.close());
  const sidecar = await pod.start();
  await pod.operator.next('hello');
  const booted = await assign(pod, config('one'), {});
  assert.deepEqual(booted.outcome, { kind: 'applied', proof: 'Booted', agoMs: 0 });
  assert.equal((await sidecar.startup()).status, 200);
  return { pod, app: await pod.startApp(), sidecar };
}

async function assign(pod: Pod, bytes: Bytes, more: Partial<Assign>): Promise<Ack> {
  pod.operator.assign(assignment(pod, bytes, more), bytes);
  return pod.operator.next('ack');
}

function assignment(pod: Pod, bytes: Bytes, more: Partial<Assign>): Assign {
  return anAssignment(bytes, { handle: { ...HUP, process: pod.appName } as Assign['handle'], ...more });
}

function because({ outcome }: Ack): string {
  return outcome.kind === 'refused' ? outcome.because : '';
}

function read(pod: Pod): string {
  return fs.readFileSync(pod.file('configmaps/web', 'app.conf'), 'utf8');
}
