/** Operator, nginx fleet and the plain pods, as the README says it; ready when each says so itself. */

import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { kubectl } from './kubectl.ts';
import { until } from './until.ts';

/** Throws what is missing where the fleet does not come up. */
export async function install(live: (text: string) => void): Promise<void> {
  live('operator, ten nginx pods with the sidecar, five plain pods');
  await kubectl('apply', '-f', 'deploy');
  await kubectl('apply', '-f', 'examples/nginx', '-f', 'demo/plain.yaml');
  const rolledOut = (namespace: string, name: string) =>
    kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=120s');
  await Promise.all([rolledOut('fleet-reload-system', 'fleet-reload'), rolledOut('shop', 'web'), rolledOut('shop', 'plain')]);
  live('the operator adopts the fleet');
  if (!(await until(isAdopted, 60)))
    throw new Error(`the policy is not Healthy:\n${await kubectl('get', 'reloadpolicy', 'web', '-n', 'shop', '-o', 'yaml')}`);
}

async function isAdopted(): Promise<true | null> {
  const status = JSON.parse(
    (await kubectl('get', 'reloadpolicy', 'web', '-n', 'shop', '-o', 'jsonpath={.status}')) || '{}',
  ) as ReloadPolicyStatus;
  return status.phase === 'Healthy' && status.stableRevision !== undefined ? true : null;
}
