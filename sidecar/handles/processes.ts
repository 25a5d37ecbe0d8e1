import fs from 'node:fs';
import type { Process } from '../journal.ts';

export type Running = Process & { readonly name: string; readonly parent: number };

/** Every process in sight that has not ended. `proc` is `/proc` of the pod's PID namespace. */
export function processes(proc: string): Running[] {
  return fs.readdirSync(proc).flatMap((entry) => (/^\d+$/.test(entry) ? (processOf(proc, Number(entry)) ?? []) : []));
}

/** Null: it is gone, or a zombie that only waits for its parent. */
export function processOf(proc: string, pid: number): Running | null {
  const stat = read(`${proc}/${pid}/stat`);
  // The name is in brackets and may have any character in it; what follows the last bracket are fields 3 and up of proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startTime = fields[19];
  if (startTime === undefined || state === 'Z' || state === 'X') return null;
  const comm = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  return { pid, startTime, parent: Number(parent), name: nameOf(proc, pid, comm) };
}

/** What it calls itself: its command, or what it put in its place, such as `nginx: worker process is shutting down`. */
export function titleOf(proc: string, pid: number): string {
  return (read(`${proc}/${pid}/cmdline`).split('\0', 1)[0] ?? '').trim();
}

/** Tells containers apart, and has the container's ID in it. */
export function cgroupOf(proc: string, pid: number): string {
  return read(`${proc}/${pid}/cgroup`);
}

export function isSame(a: Process, b: Process): boolean {
  return a.pid === b.pid && a.startTime === b.startTime;
}

/** Node calls its own main thread MainThread since 24: its command is meant. */
function nameOf(proc: string, pid: number, comm: string): string {
  if (comm !== 'MainThread') return comm;
  const command = titleOf(proc, pid);
  return command.slice(command.lastIndexOf('/') + 1) || comm;
}

/** Empty where the process is gone, or hides itself. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
