import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { sourcesOf } from '../../crds/source.ts';
import type { Sees } from '../rights.ts';
import { HOSTNAME } from './topology.ts';

/** What the policy asks for and the operator has no right to, and what to do about it; null where it lacks nothing. */
export function lackingOf({ metadata: { namespace }, spec }: Pick<ReloadPolicy, 'metadata' | 'spec'>, sees: Sees): string | null {
  const secrets = sourcesOf(spec.sources).flatMap(({ kind, name }) => (kind === 'Secret' ? [name] : []));
  if (secrets.length > 0 && !sees.secrets(namespace))
    return `the operator has no right to Secrets in ${namespace}, such as the source ${secrets[0]}: grant it by the chart's value secrets`;
  const spread = spec.waves.find((wave) => wave.spread !== undefined && wave.spread !== HOSTNAME)?.spread;
  if (spread !== undefined && !sees.nodes)
    return `the operator has no right to Nodes, and so knows no ${spread} to spread a wave over: spread it over ${HOSTNAME}`;
  return null;
}
