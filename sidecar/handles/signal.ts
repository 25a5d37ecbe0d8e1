import type { Seen } from '../journal.ts';
import type { Handle } from '../protocol.ts';
import { isCode } from '../folder.ts';
import type { Result } from '../work.ts';
import { cgroupOf, isSame, processes, processOf, type Running } from './processes.ts';

type Signal = Extract<Handle, { kind: 'signal' }>;
export type Found = Extract<Result, { kind: 'seen' | 'failed' }>;
export type Fired = Extract<Result, { kind: 'fired' | 'failed' }>;

/** Finds the process that the signal is for, and its children. Without a container's name the process' name alone decides. */
export function findTarget({ process: wanted, container }: Signal, containerId: string | null, proc: string, self: number): Found {
  // A process of that name in another container is somebody else's.
  if (container !== null && containerId === null) return { ...refuse(`container ${container} does not run`), absent: true };
  const name = wanted.slice(0, COMM_LENGTH);
  const all = processes(proc);
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const isThere = ({ pid }: Running) => containerId === null || cgroupOf(proc, pid).includes(containerId);
  const named = all.filter((each) => each.name === name && each.pid !== self && isThere(each));
  const masters = named.filter((each) => each.pid !== 1 && byPid.get(each.parent)?.name !== name);
  const where = container === null ? '' : ` in container ${container}`;
  const [master] = masters.toSorted(byAge);
  if (master === undefined)
    return named.some(({ pid }) => pid === 1)
      ? refuse(`${name} is process 1${where}, which is never signalled: ${SHARE}`)
      : { ...refuse(missing(name, where, self)), ...(self !== 1 && { absent: true }) };
  if (new Set(masters.map(({ pid }) => cgroupOf(proc, pid))).size > 1) {
    const pids = masters.map(({ pid }) => pid).join(', ');
    return refuse(`several processes named ${name} run in different containers (${pids}): name the container in handle.signal.container`);
  }
  const children = all.filter(({ parent }) => parent === master.pid);
  const sameName = children.some((child) => child.name === name);
  const workers = children.filter((child) => !sameName || child.name === name).map(({ pid, startTime }) => ({ pid, startTime }));
  return { kind: 'seen', before: { pid: master.pid, startTime: master.startTime, name, workers, sameName } };
}

/** Sends it, if the process is still the one that was found. `kill` is process.kill. */
export function sendSignal(
  { signal, container }: Signal,
  seen: Seen,
  proc: string,
  kill: (pid: number, signal: string) => void,
  wallClock: () => number,
): Fired {
  const { pid, name } = seen;
  const now = processOf(proc, pid);
  if (pid <= 1 || now === null || !isSame(now, seen)) return refuse(`${name} ${pid} was gone before ${signal} was sent`);
  try {
    kill(pid, signal);
    return { kind: 'fired', at: wallClock() };
  } catch (error) {
    if (isCode(error, 'EPERM')) {
      const its = container === null ? 'its' : `container ${container}'s`;
      return refuse(`may not send ${signal} to ${name} ${pid}: the sidecar runs as uid ${process.getuid?.()}; give it ${its} runAsUser`);
    }
    if (isCode(error, 'ESRCH')) return refuse(`${name} ${pid} was gone when ${signal} was sent`);
    throw error;
  }
}

/** The kernel keeps 15 characters of a process' name. */
const COMM_LENGTH = 15;
const SHARE = 'set shareProcessNamespace: true in the pod';

function byAge(a: Running, b: Running): number {
  return Number(a.startTime) - Number(b.startTime) || a.pid - b.pid;
}

/** A sidecar that is process 1 sees nothing but itself. */
function missing(name: string, where: string, self: number): string {
  return `no process named ${name} runs${where}${self === 1 ? `: ${SHARE}` : ''}`;
}

function refuse(because: string): Extract<Result, { kind: 'failed' }> {
  return { kind: 'failed', because, told: false };
}
