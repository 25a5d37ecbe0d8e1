/** Whom a signal is for among real processes of this machine, each of a name like no other. What takes containers is in test/integration/sidecar.test.ts. */

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, after, test, type TestContext } from 'node:test';
import { until } from '../../test/support/until.ts';
import type { Seen } from '../journal.ts';
import type { Handle } from '../protocol.ts';
import { processes, processOf } from './processes.ts';
import { findTarget, sendSignal } from './signal.ts';

type Signal = Extract<Handle, { kind: 'signal' }>;

const isRoot = process.getuid?.() === 0;
let folder = '';
let counter = 0;

before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sidecar-real-'))));
after(() => fs.rmSync(folder, { recursive: true }));

test('a process that has not started yet is not there; once it is, it is told', async (t) => {
  const name = aName();
  assert.deepEqual(look(name), { kind: 'failed', because: `no process named ${name} runs`, told: false, absent: true });
  const child = await start(t, name);
  assert.equal(send(name, seen(name)), 'fired');
  await until('it was told', () => child.signalCode === 'SIGHUP');
});

test('of several of one name the oldest is told, and the others live on', async (t) => {
  const name = aName();
  const [oldest, younger] = [await start(t, name), await start(t, name)];
  assert.equal(send(name, seen(name)), 'fired');
  await until('it was told', () => oldest.signalCode === 'SIGHUP');
  assert.equal(seen(name).pid, younger.pid);
});

test('a zombie is nobody', async (t) => {
  const name = aName();
  // The shell becomes a sleep, which waits for no child.
  const parent = spawn('sh', ['-c', `${path.join(folder, name)} 0 & exec sleep 1000`], { stdio: 'ignore' });
  t.after(() => parent.kill('SIGKILL'));
  await until('there is a zombie', () => zombies(name) === 1);
  assert.equal(because(look(name)), `no process named ${name} runs`);
});

test('a process that was there a moment ago and is gone is told nothing', async (t) => {
  const name = aName();
  const child = await start(t, name);
  const before = seen(name);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(send(name, before), `${name} ${before.pid} was gone before SIGHUP was sent`);
});

test('another process at its pid is told nothing', async (t) => {
  const name = aName();
  const child = await start(t, name);
  const now = seen(name);
  // As of one that had the pid before this one.
  const earlier = { ...now, startTime: String(Number(now.startTime) - 1) };
  assert.equal(send(name, earlier), `${name} ${now.pid} was gone before SIGHUP was sent`);
  assert.deepEqual([child.exitCode, child.signalCode, processOf('/proc', now.pid)?.startTime], [null, null, now.startTime]);
});

test('process 1 of its namespace is never told', { skip: !isRoot && 'a namespace takes root' }, async (t) => {
  const name = aName();
  const outer = spawn('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', path.join(folder, name), '1000'], { stdio: 'ignore' });
  t.after(() => outer.kill('SIGKILL'));
  await until('it runs', () => processes('/proc').some((each) => each.name === name));
  const inside = `/proc/${processes('/proc').find((each) => each.name === name)?.pid}/root/proc`;
  const says = `${name} is process 1, which is never signalled: set shareProcessNamespace: true in the pod`;
  assert.equal(because(findTarget(hup(name), null, inside, 30)), says);
});

test('a process of another user is told nothing, and whose uid is needed is said', {
  skip: !isRoot && 'another uid takes root',
}, async (t) => {
  const name = aName();
  const child = await start(t, name);
  // Another user need not be able to read this folder.
  const script = `try { process.kill(${child.pid}, 'SIGHUP') } catch (error) { console.log(error.code) }`;
  assert.equal(execFileSync(process.execPath, ['-e', script], { uid: 65534, encoding: 'utf8' }).trim(), 'EPERM');
  const refuse = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  };
  const { pid } = seen(name);
  const says = `may not send SIGHUP to ${name} ${pid}: the sidecar runs as uid 0; give it its runAsUser`;
  assert.equal(because(sendSignal(hup(name), seen(name), '/proc', refuse, Date.now)), says);
  assert.equal(child.signalCode, null);
});

function hup(name: string): Signal {
  return { kind: 'signal', signal: 'SIGHUP', process: name, container: null, verify: null };
}

function look(name: string) {
  return findTarget(hup(name), null, '/proc', process.pid);
}

function seen(name: string): Seen {
  const found = look(name);
  assert.ok(found.kind === 'seen' && found.before !== null, JSON.stringify(found));
  return found.before;
}

function send(name: string, to: Seen): string {
  const fired = sendSignal(hup(name), to, '/proc', (pid, signal) => void process.kill(pid, signal), Date.now);
  return fired.kind === 'fired' ? 'fired' : fired.because;
}

function because(result: { readonly kind: string; readonly because?: string }): string | undefined {
  return result.because;
}

/** `sleep` under a name of its own: the kernel keeps 15 characters. */
function aName(): string {
  const name = `z${process.pid}r${counter++}`;
  fs.copyFileSync(fs.realpathSync('/bin/sleep'), path.join(folder, name));
  fs.chmodSync(path.join(folder, name), 0o755);
  return name;
}

async function start(t: TestContext, name: string): Promise<ChildProcess> {
  const child = spawn(path.join(folder, name), ['1000'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  await until('it runs under its name', () => processOf('/proc', child.pid ?? 0)?.name === name);
  return child;
}

function zombies(name: string): number {
  const stats = fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return stats.filter((entry) => statOf(entry).includes(`(${name}) Z `)).length;
}

/** Empty where it is gone. */
function statOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
