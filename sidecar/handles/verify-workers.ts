import type { Process, Seen } from '../journal.ts';
import { seconds } from '../sentence.ts';
import { isSame, processes, processOf, titleOf } from './processes.ts';

export type Look =
  | { readonly kind: 'proved' }
  | { readonly kind: 'not yet'; readonly because: string /** Nobody listens. */; readonly absent?: boolean }
  | { readonly kind: 'never'; readonly because: string };

/**
 * A master that took its new config has new workers: as many as it had, or the old ones are all gone. Old ones may drain for long, but one that
 * says that it still serves may take one more connection on the old config. A master that did not take it keeps them; one that died will show none.
 */
export function lookAtWorkers(before: Seen, what: string, tookMs: number, proc: string): Look {
  const { name, pid } = before;
  const master = processOf(proc, pid);
  if (master === null || !isSame(master, before))
    return { kind: 'never', because: `${name} ${pid} was gone ${seconds(tookMs)} after ${what}` };
  const children = processes(proc).filter((child) => child.parent === pid && (!before.sameName || child.name === name));
  const isOld = (child: Process) => before.workers.some((worker) => isSame(child, worker));
  const old = children.filter(isOld);
  const renewed = children.filter((child) => !isOld(child));
  const isRenewed = renewed.length >= 1 && (renewed.length >= before.workers.length || old.length === 0);
  if (isRenewed && !old.some((child) => serves(titleOf(proc, child.pid)))) return { kind: 'proved' };
  return { kind: 'not yet', because: `${name} master ${pid} ${shown(old, renewed)} for ${seconds(tookMs)} after ${what}` };
}

/** nginx and its kin rename a worker that was told to quit: `nginx: worker process is shutting down`. Who names itself otherwise is not asked. */
function serves(title: string): boolean {
  return title.endsWith(': worker process');
}

function shown(old: readonly Process[], renewed: readonly Process[]): string {
  if (old.length === 0) return 'had no workers';
  return `kept its workers ${pids(old)}${renewed.length === 0 ? '' : ` beside the new ${pids(renewed)}`}`;
}

function pids(processes: readonly Process[]): string {
  return processes.map(({ pid }) => pid).join(', ');
}
