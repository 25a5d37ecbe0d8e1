import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { oneLine } from './paint.ts';

/** How a policy stands, in a line: `web Progressing, wave 2 of 3, 1 of 4 applied: wave 2 of 3 bakes`. */
export function summary({ metadata, spec, status = {} }: ReloadPolicy): string {
  const { phase, because, wave, candidateRevision, members } = status;
  if (!phase) return `${metadata.name} was looked at by no operator yet\n`;
  const at = candidateRevision && wave ? `, wave ${wave} of ${spec.waves.length}` : '';
  const applied = members ? `, ${members.applied} of ${members.managed} applied` : '';
  return `${metadata.name} ${phase}${at}${applied}${because ? `: ${oneLine(because)}` : ''}\n`;
}
