import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Cluster } from '../cluster.ts';
import { policiesIn } from '../objects.ts';
import type { Finding } from './finding.ts';

/** What is known of the policies themselves. Who may not list them is told so elsewhere. */
export async function standings(cluster: Cluster): Promise<readonly Finding[]> {
  return (await policiesIn(cluster).catch(() => [])).map(policyFinding);
}

/** A failure is a fault. What is held, or has no pods, may be as somebody wants it. */
export function policyFinding({ metadata: { name }, status = {} }: ReloadPolicy): Finding {
  const what = `policy ${name} needs nobody`;
  const { phase, because = '', conditions = [], members } = status;
  if (phase === undefined) return { what, wrong: 'no operator has looked at it yet', unknown: true };
  if (phase === 'Degraded' || phase === 'Paused') {
    const message = conditions.find(({ type }) => type === 'Ready')?.message ?? because;
    const wrong = `it is ${phase}, ${message}: see where by get ${name}`;
    return phase === 'Degraded' ? { what, wrong } : { what, wrong, unknown: true };
  }
  const wrong = members ? missingOf(name, members) : null;
  return wrong === null ? { what, wrong } : { what, wrong, unknown: true };
}

type Counts = { readonly total: number; readonly managed: number; readonly connected: number };

function missingOf(name: string, { total, managed, connected }: Counts): string | null {
  const which = `see which by get ${name}, and why by doctor with its name`;
  if (total === 0) return 'its selector matches no pod: compare spec.targets.selector with the labels of the pods';
  if (managed < total) return `${some(total - managed, total, 'pods')} without the sidecar: ${which}`;
  return connected < managed ? `${some(managed - connected, managed, 'sidecars')} not connected: ${which}` : null;
}

function some(count: number, of: number, whats: string): string {
  return `${count} of ${of} ${whats} ${count === 1 ? 'is' : 'are'}`;
}
