import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resident memory of a process in MB (10^6 bytes); `peakMb` since its start. */
export function memoryOf(pid: number): { readonly rssMb: number; readonly peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (field: string) => (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}

/** CPU time of a process so far, in ms. The kernel counts in hundredths of a second. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may have spaces; user and system time are the 12th and 13th field behind it.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** When it needs less than a tenth of a core for three seconds. */
export async function untilIdle(pid: number): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const before = cpuMsOf(pid);
    await sleep(1000);
    quiet = cpuMsOf(pid) - before < 100 ? quiet + 1 : 0;
  }
}

/** Pages that no other process has, in MB of 10^6 bytes. */
export function privateMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].reduce((sum, [, each]) => sum + Number(each), 0);
  return (kb * 1024) / 1e6;
}

/** CPU time of all threads that it has, in ms; the kernel counts in nanoseconds. */
export function threadsCpuMs(pid: number): number {
  const ns = readdirSync(`/proc/${pid}/task`).map((tid) =>
    Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, each) => sum + each, 0) / 1e6;
}

/** TCP connections of the process that are established. */
export function connectionsOf(pid: number): number {
  const lines = ['tcp', 'tcp6'].flatMap((file) => readFileSync(`/proc/${pid}/net/${file}`, 'utf8').split('\n').slice(1));
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const established = new Set(fields.filter((its) => its[3] === '01').map((its) => `socket:[${its[9]}]`));
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => established.has(readlinkSync(`/proc/${pid}/fd/${fd}`))).length;
}
