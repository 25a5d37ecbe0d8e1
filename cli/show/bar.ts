import type { Piece } from './tree.ts';

const CELLS = 20;

/** `[██████████░░░░░░░░░░] 2 of 4`. Full only when all are there, and empty only when nobody is. */
export function bar(count: number, of: number): readonly Piece[] {
  const share = of === 0 ? 0 : count / of;
  const full = count >= of ? CELLS : Math.min(CELLS - 1, Math.max(count > 0 ? 1 : 0, Math.round(share * CELLS)));
  return ['[', ['green', '█'.repeat(of === 0 ? 0 : full)], ['dim', '░'.repeat(of === 0 ? CELLS : CELLS - full)], `] ${count} of ${of}`];
}
