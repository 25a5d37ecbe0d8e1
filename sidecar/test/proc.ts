import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

export type MadeUp = {
  readonly pid: number;
  readonly comm: string;
  readonly parent?: number;
  readonly start?: number;
  readonly cgroup?: string;
  readonly state?: string;
  readonly cmdline?: string;
};

/** A made-up /proc with these processes. */
export function aProc(t: TestContext, processes: readonly MadeUp[]): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'sidecar-proc-'));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.writeFileSync(path.join(root, 'uptime'), '1');
  for (const each of processes) addProcess(root, each);
  return root;
}

export function addProcess(
  root: string,
  { pid, comm, parent = 0, start = pid, cgroup = '/one', state = 'S', cmdline = comm }: MadeUp,
): void {
  const folder = path.join(root, String(pid));
  fs.mkdirSync(folder, { recursive: true });
  const fields = [state, parent, ...Array.from({ length: 17 }, () => 0), start, 0, 0];
  fs.writeFileSync(path.join(folder, 'stat'), `${pid} (${comm}) ${fields.join(' ')}\n`);
  fs.writeFileSync(path.join(folder, 'cgroup'), `0::${cgroup}\n`);
  fs.writeFileSync(path.join(folder, 'cmdline'), `${cmdline}\0-x\0`);
}

export function removeProcess(root: string, pid: number): void {
  fs.rmSync(path.join(root, String(pid)), { recursive: true });
}
