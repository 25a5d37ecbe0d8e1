import path from 'node:path';
import type { Volume } from './layout.ts';
import { volumesFrom } from './volumes.ts';

/** By environment, since a pod's manifest says it. */
export type Options = {
  /** FLEETRELOAD_OPERATOR: HOST:PORT of the operator's stream Service. */
  readonly operator: string;
  /** FLEETRELOAD_VOLUMES, by injection. Null: the folders say it. */
  readonly volumes: readonly Volume[] | null;
  /** Below FLEETRELOAD_ROOT: the volumes' folders, shared with the app. */
  readonly files: string;
  /** `<source>-stable`, mounted by the kubelet. */
  readonly bootstrap: string;
  /** The sidecar's own: it outlives a restart of its container. */
  readonly state: string;
  readonly token: string;
  readonly ca: string;
  /** FLEETRELOAD_HEALTH_PORT */
  readonly healthPort: number;
  /** FLEETRELOAD_OPTIONAL: sources such as `secrets/extra`, separated by commas, without which a pod may boot that was not injected. */
  readonly optional: ReadonlySet<string>;
};

export function optionsFrom(env: Readonly<Record<string, string | undefined>>): Options {
  const root = env['FLEETRELOAD_ROOT'] ?? '/fleet';
  const operator = env['FLEETRELOAD_OPERATOR'] ?? 'fleet-reload.fleet-reload-system.svc:8443';
  const healthPort = Number(env['FLEETRELOAD_HEALTH_PORT'] ?? 9902);
  if (!/^[^\s/:]+:\d{1,5}$/.test(operator)) throw new Error(`FLEETRELOAD_OPERATOR must be HOST:PORT, not ${JSON.stringify(operator)}`);
  if (!Number.isInteger(healthPort) || healthPort < 0 || healthPort > 65535)
    throw new Error('FLEETRELOAD_HEALTH_PORT must be a port from 0 to 65535');
  return {
    operator,
    volumes: env['FLEETRELOAD_VOLUMES'] === undefined ? null : volumesFrom(env['FLEETRELOAD_VOLUMES']),
    files: path.join(root, 'files'),
    bootstrap: path.join(root, 'bootstrap'),
    state: path.join(root, 'state'),
    token: path.join(root, 'token', 'token'),
    ca: path.join(root, 'ca', 'ca.crt'),
    healthPort,
    optional: new Set(
      (env['FLEETRELOAD_OPTIONAL'] ?? '')
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== ''),
    ),
  };
}
