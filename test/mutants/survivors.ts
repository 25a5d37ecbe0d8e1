import type { Mutant } from './mutants.ts';

/** A mutant that no test can kill, because it changes nothing that anybody could see; and why that is. */
export type Explained = Pick<Mutant, 'file' | 'before' | 'after'> & { readonly because: string };

/**
 * Reads the list. A file is a heading, a mutant is an item:
 *
 *     ## operator/plan/room.ts
 *     - `if (a > b) return;` → `if (a >= b) return;`
 *       Of two equal ones either will do.
 */
export function explainedIn(list: string): Explained[] {
  let file = '';
  const found: Explained[] = [];
  for (const block of list.split(/\n(?=## |- `)/)) {
    file = /^## (\S+)/.exec(block)?.[1] ?? file;
    const item = /^- `(.*)` → `(.*)`\n([^]*)$/.exec(block);
    if (item?.[1] && item[2] && item[3])
      found.push({ file, before: item[1], after: item[2], because: item[3].replaceAll(/\s+/g, ' ').trim() });
    else if (block.startsWith('- `')) throw new Error(`survivors.md: this item is not read: ${block}`);
  }
  return found;
}

export function isSame(a: Pick<Mutant, 'file' | 'before' | 'after'>, b: Pick<Mutant, 'file' | 'before' | 'after'>): boolean {
  return a.file === b.file && a.before === b.before && a.after === b.after;
}
