/** Operator, nginx fleet and the plain pods, as the README says it; ready when each says so itself. */

import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { helm, kubectl } from './kubectl.ts';
import { until } from './until.ts';

/** Throws what is missing where the fleet does not come up. */
export async function install(live: (text: string) => void): Promise<void> {
  const rolledOut = (namespace: string, name: string) =>
    kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=120s');
  live('the operator');
  await helm('install', 'fleet-reload', 'charts/fleet-reload', '-n', 'fleet-reload-system', '--create-namespace', '--wait', '--timeout=2m');
  await kubectl('apply', ...manifests('1-namespace', '2-config', '3-policy'));
  // The operator's CA first: a kubelet that finds no optional ConfigMap when a pod starts looks again only after a minute or more.
  await kubectl('wait', '--for=create', 'configmap/fleetreload-ca', '-n', 'shop', '--timeout=60s');
  live('ten nginx pods with the sidecar, and five plain pods');
  await kubectl('apply', ...manifests('4-web'), '-f', 'demo/plain.yaml');
  await Promise.all([rolledOut('shop', 'web'), rolledOut('shop', 'plain')]);
  live('the operator adopts the fleet');
  if (!(await until(isAdopted, 60)))
    throw new Error(`the policy is not Healthy:\n${await kubectl('get', 'reloadpolicy', 'web', '-n', 'shop', '-o', 'yaml')}`);
}

function manifests(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => ['-f', `examples/nginx/${name}.yaml`]);
}

async function isAdopted(): Promise<true | null> {
  const status = JSON.parse(
    (await kubectl('get', 'reloadpolicy', 'web', '-n', 'shop', '-o', 'jsonpath={.status}')) || '{}',
  ) as ReloadPolicyStatus;
  return status.phase === 'Healthy' && status.stableRevision !== undefined ? true : null;
}
