import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import type { Seen } from '../journal.ts';
import type { Handle } from '../protocol.ts';
import { addProcess, aProc, type MadeUp, removeProcess } from '../test/proc.ts';
import { processOf } from './processes.ts';
import { findTarget, sendSignal } from './signal.ts';

type Signal = Extract<Handle, { kind: 'signal' }>;
const hup = (process: string, container: string | null = 'web'): Signal => ({
  kind: 'signal',
  signal: 'SIGHUP',
  process,
  container,
  verify: null,
});
const SELF = 30;
const pause: MadeUp = { pid: 1, comm: 'pause' };

describe('the process that a signal is for', () => {
  for (const [title, processes, name, id, found] of [
    [
      'is the master, and not one of its workers',
      [
        { pid: 9, comm: 'nginx', parent: 7 },
        { pid: 7, comm: 'nginx' },
      ],
      'nginx',
      null,
      7,
    ],
    [
      'is the oldest of that name, whatever the pids say',
      [
        { pid: 5, comm: 'nginx', start: 90 },
        { pid: 8, comm: 'nginx', start: 20 },
      ],
      'nginx',
      null,
      8,
    ],
    [
      'may have a parent of another name',
      [
        { pid: 6, comm: 'sh' },
        { pid: 7, comm: 'nginx', parent: 6 },
      ],
      'nginx',
      null,
      7,
    ],
    [
      'is the one in the container named',
      [
        { pid: 7, comm: 'nginx', cgroup: '/pod/aaa' },
        { pid: 8, comm: 'nginx', cgroup: '/pod/cri-containerd-bbb.scope' },
      ],
      'nginx',
      'bbb',
      8,
    ],
    ['is matched by the 15 characters that the kernel keeps', [{ pid: 7, comm: 'a-very-long-nam' }], 'a-very-long-name', null, 7],
    ['may have brackets and spaces in its name', [{ pid: 7, comm: 'my (odd) app' }], 'my (odd) app', null, 7],
    ['is known by its command where node renamed its thread', [{ pid: 7, comm: 'MainThread', cmdline: '/usr/bin/node' }], 'node', null, 7],
    [
      'is no zombie',
      [
        { pid: 5, comm: 'nginx', state: 'Z' },
        { pid: 7, comm: 'nginx' },
      ],
      'nginx',
      null,
      7,
    ],
    [
      'is not the sidecar itself',
      [
        { pid: SELF, comm: 'node', start: 1 },
        { pid: 40, comm: 'node' },
      ],
      'node',
      null,
      40,
    ],
  ] as const) {
    test(title, (t) => {
      const result = findTarget(hup(name, id === null ? null : 'web'), id, aProc(t, [pause, ...processes]), SELF);
      assert.equal(result.kind === 'seen' ? result.before?.pid : result.because, found);
    });
  }

  for (const [title, processes, self, container, because] of [
    ['is not there', [{ pid: 7, comm: 'httpd' }], SELF, 'web', 'no process named nginx runs in container web'],
    ['is out of sight', [], 1, 'web', 'no process named nginx runs in container web: set shareProcessNamespace: true in the pod'],
    [
      'is process 1',
      [{ pid: 1, comm: 'nginx', cgroup: '/pod/aaa' }],
      SELF,
      'web',
      'nginx is process 1 in container web, which is never signalled: set shareProcessNamespace: true in the pod',
    ],
    [
      'could be in several containers',
      [
        { pid: 7, comm: 'nginx', cgroup: '/a' },
        { pid: 8, comm: 'nginx', cgroup: '/b' },
      ],
      SELF,
      null,
      'several processes named nginx run in different containers (7, 8): name the container in handle.signal.container',
    ],
  ] as const) {
    test(`that ${title} is refused in a sentence of its own`, (t) => {
      const result = findTarget(hup('nginx', container), container && 'aaa', aProc(t, [...processes]), self);
      const absent = title === 'is not there' && { absent: true };
      assert.deepEqual(result, { kind: 'failed', because, told: false, ...absent });
    });
  }

  test('is nobody where the container named does not run, whoever has that name in another one', (t) => {
    const result = findTarget(hup('nginx', 'web'), null, aProc(t, [pause, { pid: 7, comm: 'nginx' }]), SELF);
    assert.deepEqual(result, { kind: 'failed', because: 'container web does not run', told: false, absent: true });
  });

  test('comes with its workers, and without its zombies', (t) => {
    const proc = aProc(t, [
      { pid: 7, comm: 'nginx' },
      { pid: 8, comm: 'nginx', parent: 7 },
      { pid: 9, comm: 'nginx', parent: 7, state: 'Z' },
      { pid: 10, comm: 'sh' },
      { pid: 11, comm: 'helper', parent: 7 },
    ]);
    const result = findTarget(hup('nginx', null), null, proc, SELF);
    assert.deepEqual(result.kind === 'seen' && result.before?.workers, [{ pid: 8, startTime: '8' }]);
  });
});

describe('a signal', () => {
  const seen: Seen = { pid: 7, startTime: '7', name: 'nginx', workers: [] };
  const failing = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };

  test('goes to a real process', async (t) => {
    const child = spawn('sleep', ['1000']);
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'spawn');
    const { pid = 0 } = child;
    const startTime = processOf('/proc', pid)?.startTime ?? '';
    const fired = sendSignal(
      hup('sleep'),
      { pid, startTime, name: 'sleep', workers: [] },
      '/proc',
      (to, signal) => void process.kill(to, signal),
      () => 42,
    );
    assert.deepEqual(fired, { kind: 'fired', at: 42 });
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGHUP');
  });

  test('goes to nobody who took over the pid, and not to process 1', (t) => {
    const proc = aProc(t, [pause, { pid: 7, comm: 'nginx', start: 99 }]);
    const sent: number[] = [];
    const send = (to: Seen) => sendSignal(hup('nginx'), to, proc, (pid) => void sent.push(pid), Date.now);
    assert.deepEqual(send(seen), { kind: 'failed', because: 'nginx 7 was gone before SIGHUP was sent', told: false });
    assert.equal(send({ ...seen, pid: 1, startTime: '1' }).kind, 'failed');
    removeProcess(proc, 7);
    assert.equal(send(seen).kind, 'failed');
    addProcess(proc, { pid: 7, comm: 'nginx' });
    assert.equal(send(seen).kind, 'fired');
    assert.deepEqual(sent, [7]);
  });

  test('that may not be sent says whose uid is needed; one to a process that just ended says that', (t) => {
    const proc = aProc(t, [{ pid: 7, comm: 'nginx' }]);
    const send = (code: string) => sendSignal(hup('nginx'), seen, proc, failing(code), Date.now);
    const uid = process.getuid?.();
    assert.deepEqual(send('EPERM'), {
      kind: 'failed',
      because: `may not send SIGHUP to nginx 7: the sidecar runs as uid ${uid}; give it container web's runAsUser`,
      told: false,
    });
    assert.deepEqual(send('ESRCH'), { kind: 'failed', because: 'nginx 7 was gone when SIGHUP was sent', told: false });
    assert.throws(() => send('EINVAL'));
  });
});
