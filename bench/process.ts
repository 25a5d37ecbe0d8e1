import { readFileSync } from 'node:fs';
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
