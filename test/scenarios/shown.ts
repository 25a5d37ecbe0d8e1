import type { Millis, Plan, Progress } from '../../operator/plan/situation.ts';

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

/** What was recorded of each wave, by the time since the rollout began. */
export function waveLines({ waves, startedAt }: Progress): readonly string[] {
  const since = (at: Millis) => `${(at - (startedAt ?? 0)) / 1000}s`;
  return waves.map(({ upTo, members, openedAt, passedAt, approvedBy }) => {
    const passed = passedAt === null ? 'not passed' : `passed at ${since(passedAt)}`;
    return `  up to ${upTo}: ${members} members, opened at ${since(openedAt)}${approvedBy === null ? '' : ` by ${approvedBy}`}, ${passed}`;
  });
}

/** What may not be assigned, and since which rollout. */
export function quarantineLines({ quarantined }: Progress): readonly string[] {
  return quarantined.map(({ revision, rollout, because }) => `  ${revision} since rollout ${rollout}: ${because}`);
}

function some(members: readonly string[]): string {
  return members.length === 0 ? 'nobody' : members.join(', ');
}
