import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { span } from './age.ts';
import { table } from './table.ts';

type Shown = { readonly everywhere: boolean; readonly wide: boolean; readonly now: number };

/** A line a policy. `APPLIED` counts those on the candidate, or on stable between rollouts, of the members that have our sidecar. */
export function policies(found: readonly ReloadPolicy[], { everywhere, wide, now }: Shown): string {
  const heads = [...(everywhere ? ['NAMESPACE'] : []), 'NAME', 'PHASE', 'STABLE', 'CANDIDATE', 'WAVE', 'APPLIED', 'AGE'];
  const rows = found.map(({ metadata, spec, status = {} }) => {
    const { phase = '', stableRevision = '', candidateRevision = '', wave, members, because = '' } = status;
    return [
      ...(everywhere ? [metadata.namespace] : []),
      metadata.name,
      phase,
      stableRevision,
      candidateRevision,
      candidateRevision && wave ? `${wave}/${spec.waves.length}` : '',
      members ? `${members.applied}/${members.managed}` : '',
      metadata.creationTimestamp ? span(now - Date.parse(metadata.creationTimestamp)) : '',
      ...(wide ? [because] : []),
    ];
  });
  return table(wide ? [...heads, 'BECAUSE'] : heads, rows);
}
