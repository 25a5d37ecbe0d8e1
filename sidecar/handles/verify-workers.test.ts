import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Seen } from '../journal.ts';
import { aProc, type MadeUp } from '../test/proc.ts';
import { lookAtWorkers } from './verify-workers.ts';

const master: MadeUp = { pid: 7, comm: 'nginx' };
const worker = (pid: number, more: Partial<MadeUp> = {}): MadeUp => ({ pid, comm: 'nginx', parent: 7, ...more });
const before: Seen = {
  pid: 7,
  startTime: '7',
  name: 'nginx',
  workers: [12, 13].map((pid) => ({ pid, startTime: `${pid}` })),
  sameName: true,
};

for (const [title, processes, kind, because] of [
  [
    'that are as many as before are proof, while the old ones drain',
    [master, worker(12), worker(13), worker(20), worker(21)],
    'proved',
    null,
  ],
  [
    'beside old ones of nginx that shut down are proof',
    [master, worker(12, { cmdline: 'nginx: worker process is shutting down' }), worker(20), worker(21)],
    'proved',
    null,
  ],
  [
    'beside an old one of nginx that has not been told to quit are none yet',
    [master, worker(12, { cmdline: 'nginx: worker process' }), worker(20), worker(21, { cmdline: 'nginx: worker process' })],
    'not yet',
    'nginx master 7 kept its workers 12 beside the new 20, 21 for 3s after SIGHUP',
  ],
  ['that are fewer are proof when the old ones are gone', [master, worker(20)], 'proved', null],
  ['at the old pid, but started later, are new', [master, worker(12, { start: 99 }), worker(13, { start: 99 })], 'proved', null],
  ['that are zombies are gone', [master, worker(12, { state: 'Z' }), worker(13, { state: 'Z' }), worker(20)], 'proved', null],
  ['that were kept are none', [master, worker(12), worker(13)], 'not yet', 'nginx master 7 kept its workers 12, 13 for 3s after SIGHUP'],
  [
    'that are too few so far are none yet',
    [master, worker(12), worker(13), worker(20)],
    'not yet',
    'nginx master 7 kept its workers 12, 13 beside the new 20 for 3s after SIGHUP',
  ],
  ['that have all gone are none', [master], 'not yet', 'nginx master 7 had no workers for 3s after SIGHUP'],
  ['of a master that is gone will never be', [], 'never', 'nginx 7 was gone 3s after SIGHUP'],
  ['of another master at its pid will never be', [{ ...master, start: 99 }, worker(20)], 'never', 'nginx 7 was gone 3s after SIGHUP'],
] as const) {
  test(`new workers ${title}`, (t) => {
    const look = lookAtWorkers(before, 'SIGHUP', 3000, aProc(t, [...processes]));
    assert.deepEqual([look.kind, look.kind === 'proved' ? null : look.because], [kind, because]);
  });
}
