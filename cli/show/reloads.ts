import type { Reload } from '../../crds/reload.ts';
import { span } from './age.ts';
import { table } from './table.ts';
import { why } from './why.ts';

/** A line a rollout, newest first. `TOOK`: from its beginning to its end; so far where it runs. */
export function rollouts(reloads: readonly Reload[], { wide, now }: { readonly wide: boolean; readonly now: number }): string {
  const heads = ['ROLLOUT', 'REVISION', 'OUTCOME', 'TOOK', 'APPLIED', 'AGE', 'WHY'];
  const rows = reloads.toReversed().map(({ metadata, spec, status = {} }) => {
    const { outcome = 'under way', startedAt, finishedAt, members, because = '' } = status;
    return [
      String(spec.rollout),
      spec.revision,
      outcome,
      startedAt ? span((finishedAt ? Date.parse(finishedAt) : now) - Date.parse(startedAt)) : '',
      members ? `${members.applied}/${members.asked}` : '',
      metadata.creationTimestamp ? span(now - Date.parse(metadata.creationTimestamp)) : '',
      why(spec.because, spec.changedBy),
      ...(wide ? [spec.from ?? '', because] : []),
    ];
  });
  return table(wide ? [...heads, 'FROM', 'BECAUSE'] : heads, rows);
}
