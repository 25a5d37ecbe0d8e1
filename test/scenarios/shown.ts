import type { Plan } from '../../operator/plan/situation.ts';

/** What is to be measured now, and of whom. */
export function measureLine({ measure }: Pick<Plan, 'measure'>): string {
  if (measure === null) return '  nothing is measured';
  const { rollout, wave, candidate, canary, control } = measure;
  return `  rollout ${rollout}, wave ${wave + 1}: ${candidate} in ${some(canary)}, against ${some(control)}`;
}

/** How each gate stands. */
export function gateLines({ gates }: Pick<Plan, 'gates'>): readonly string[] {
  return gates.map(({ kind, because }) => `  ${kind}: ${because}`);
}

function some(members: readonly string[]): string {
  return members.length === 0 ? 'nobody' : members.join(', ');
}
