/** A sidecar, bundled as in a test build, that is killed with -9 at each boundary of an effect, beside an app that counts how often it was told. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { build } from 'esbuild';
import { until } from '../test/support/until.ts';
import { bundle } from '../images/bundle.ts';
import type { Ack, Assign, Handle } from './protocol.ts';
import { anAssignment, type Bytes, HUP } from './test/operator-double.ts';
import { aPod, type Pod } from './test/pod.ts';

type Kind = Handle['kind'];
type Expected = { readonly outcome: RegExp; readonly told: readonly string[] };

const KINDS: readonly Kind[] = ['signal', 'http', 'fileWatch'];
const main = path.resolve(import.meta.dirname, 'main.ts');
let program = '';

before(async () => {
  program = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'sidecar-kills-')), 'sidecar.cjs');
  await build({ entryPoints: [main], outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' });
});

after(() => fs.rmSync(path.dirname(program), { recursive: true }));

describe('killed on the way to a good revision, the sidecar ends on it or says why not, and the app was told of it once at most', {
  concurrency: 2,
}, () => {
  for (const place of ['in verify', ...aroundEach('stage', 'receive', 'look', 'swap', 'fire', 'verify', 'ack')])
    for (const kind of KINDS) test(`${kind}, ${place}`, (t) => killed(t, kind, 'two', place, onTheWay(kind, place)));
});

describe('killed on the way back from a bad one, it ends on the last good, and the app was told of that once at most', {
  concurrency: 2,
}, () => {
  for (const place of ['in verifyBack', ...aroundEach('back', 'lookBack', 'fireBack', 'verifyBack', 'ack')])
    for (const kind of KINDS) test(`${kind}, ${place}`, (t) => killed(t, kind, 'bad', place, onTheWayBack(kind, place)));
});

test('a release cannot be told to die', async () => {
  const released = (await bundle(main, 'cjs')).toString();
  assert.match(fs.readFileSync(program, 'utf8'), /FLEETRELOAD_FAILPOINT/);
  assert.doesNotMatch(released, /FAILPOINT|SIGKILL|\bin verify\b/);
});

function aroundEach(...steps: readonly string[]): string[] {
  return steps.flatMap((step) => [`before ${step}`, `after ${step}`]);
}

function onTheWay(kind: Kind, place: string): Expected {
  // The intent is on the disk, and whether the app was told is not: it is looked at, and not told again. A swap can be looked at.
  if (place === 'before fire' && kind !== 'fileWatch')
    return { outcome: /^unknown: the sidecar was restarted while it told the app, and .*; back on/, told: ['one', 'one'] };
  return { outcome: /^Confirmed$/, told: ['one', 'two'] };
}

function onTheWayBack(kind: Kind, place: string): Expected {
  if (place === 'before fireBack' && kind === 'signal')
    return { outcome: /; going back to [0-9a-f]{16} failed: .* kept its workers \d+ for/, told: ['one', 'bad'] };
  // It never took the bad one, and says so.
  if (place === 'before fireBack' && kind === 'http') return { outcome: /; back on [0-9a-f]{16}$/, told: ['one', 'bad'] };
  return { outcome: /; back on [0-9a-f]{16}$/, told: ['one', 'bad', 'one'] };
}

async function killed(t: TestContext, kind: Kind, text: string, place: string, expected: Expected): Promise<void> {
  const pod = await aPod(['configmaps/web'], [program]);
  t.after(() => pod.close());
  const sidecar = await pod.start({ FLEETRELOAD_FAILPOINT: `${place} of 2.1` });
  await pod.operator.next('hello');
  // Nobody is told before the app runs, so that its port need not be known yet.
  const booted = await assign(pod, config('one'), { handle: handleOf(kind, pod, 1) });
  assert.equal(said(booted), 'Booted');
  assert.equal((await sidecar.startup()).status, 200);
  const app = await anApp(t, kind, pod);

  const asked = anAssignment(config(text), { handle: app.handle, epoch: [1, 2], attempt: '2.1', timeoutMs: text === 'bad' ? 400 : 2000 });
  pod.operator.assign(asked, config(text));
  await sidecar.ended();
  assert.equal(sidecar.process.signalCode, 'SIGKILL');

  await pod.start();
  const hello = await pod.operator.next('hello');
  assert.ok(hello.trying === null || hello.trying.attempt === '2.1');
  pod.operator.assign({ ...asked, epoch: [1, 3] }, config(text));
  const ack = await ackOf(pod, 3);
  assert.match(said(ack), expected.outcome);
  // One that watches may hear of a swap after the sidecar has looked.
  await until('the app was told', () => app.told().length >= expected.told.length);
  assert.deepEqual(app.told(), expected.told);
  const right = ack.outcome.kind === 'applied' ? text : 'one';
  assert.equal(read(pod), right);

  // What the operator asks for next where it is not told what runs.
  const settled = await assign(pod, config(right), { handle: app.handle, epoch: [1, 4], attempt: '2.r1' });
  assert.match(said(settled), /^(Confirmed|Booted)$/);
  assert.deepEqual(app.told(), ack.running === null ? [...expected.told, right] : expected.told);
}

type Told = { readonly handle: Handle; readonly told: () => readonly string[] };

async function anApp(t: TestContext, kind: Kind, pod: Pod): Promise<Told> {
  if (kind === 'signal') {
    const app = await pod.startApp();
    return { handle: handleOf(kind, pod, 1), told: () => app.told() };
  }
  const log = path.join(pod.root, 'app.log');
  const script = path.resolve(import.meta.dirname, 'test/reporting-app.ts');
  const how = kind === 'fileWatch' ? ['watch'] : [];
  const child = spawn(process.execPath, [script, path.join(pod.root, 'files/configmaps/web'), log, ...how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { handle: handleOf(kind, pod, Number(port.toString())), told: () => fs.readFileSync(log, 'utf8').split('\n').slice(0, -1) };
}

function handleOf(kind: Kind, pod: Pod, port: number): Handle {
  const equals = { source: 'configmaps/web', key: 'app.conf' } as const;
  const verify = { kind: 'http', port, path: '/version', jsonPath: null, equals } as const;
  switch (kind) {
    case 'signal':
      return { ...HUP, process: pod.appName } as Handle;
    case 'http':
      return { kind, port, path: '/-/reload', method: 'POST', headers: [], verify };
    case 'fileWatch':
      return { kind, verify };
  }
}

const config = (text: string): Bytes => ({ 'configmaps/web': { 'app.conf': `${text}\n` } });

function assign(pod: Pod, bytes: Bytes, more: Partial<Assign>): Promise<Ack> {
  const asked = anAssignment(bytes, more);
  pod.operator.assign(asked, bytes);
  return ackOf(pod, asked.epoch[1]);
}

/** One that was sent before the sidecar died may have come as well. */
async function ackOf(pod: Pod, sequence: number): Promise<Ack> {
  for (;;) {
    const ack = await pod.operator.next('ack');
    if (ack.epoch[1] === sequence) return ack;
  }
}

function said({ outcome }: Ack): string {
  return outcome.kind === 'applied' ? outcome.proof : outcome.because;
}

function read(pod: Pod): string {
  return fs.readFileSync(pod.file('configmaps/web', 'app.conf'), 'utf8').trim();
}
