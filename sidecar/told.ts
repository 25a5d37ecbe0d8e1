import type { Journal } from './journal.ts';
import type { Assign } from './protocol.ts';

/**
 * An app that watches its files is told by the swap itself, once it may run: to swap is to it what to fire is to another.
 * So the intent is written before the swap, and whoever swaps back tells it again.
 */
export function swapTells({ booted }: Journal, { handle }: Assign): boolean {
  return booted && handle.kind === 'fileWatch';
}
