import type { Process, Seen } from '../journal.ts';
import { seconds } from '../sentence.ts';
import { isSame, processes, processOf } from './processes.ts';

export type Look =
  | { readonly kind: 'proved' }
  | { readonly kind: 'not yet'; readonly because: string }
  | { readonly kind: 'never'; readonly because: string };

/**
 * A master that took its new config has new workers: as many as it had, or the old ones are all gone.
 * One that did not keeps them; one that died will show none.
 */
export function lookAtWorkers(before: Seen, what: string, tookMs: number, proc: string): Look {
  const { name, pid } = before;
  const master = processOf(proc, pid);
  if (master === null || !isSame(master, before))
    return { kind: 'never', because: `${name} ${pid} was gone ${seconds(tookMs)} after ${what}` };
  const children = processes(proc).filter(({ parent }) => parent === pid);
  const old = before.workers.filter((worker) => children.some((child) => isSame(child, worker)));
  const renewed = children.length - old.length;
  if (renewed >= 1 && (renewed >= before.workers.length || old.length === 0)) return { kind: 'proved' };
  return { kind: 'not yet', because: `${name} master ${pid} ${shown(before, old, renewed)} for ${seconds(tookMs)} after ${what}` };
}

function shown(before: Seen, old: readonly Process[], renewed: number): string {
  if (old.length === 0) return 'had no workers';
  if (renewed === 0) return `kept its workers ${old.map(({ pid }) => pid).join(', ')}`;
  return `showed ${renewed} new workers and ${old.length} of its ${before.workers.length} old ones`;
}
