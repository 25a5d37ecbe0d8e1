/**
 * The scripts beside it as Argo CD reads them of its ConfigMap `argocd-cm`. `node integrations/argo-cd/config-map.ts` writes `argocd-cm.yaml`.
 */

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { stringify } from 'yaml';

const GROUP = 'fleetreload.dev';
export const FILE = `${import.meta.dirname}/argocd-cm.yaml`;

/** What is to be merged into the ConfigMap. */
export function configMap(): string {
  const data = Object.fromEntries(
    ['Reload', 'ReloadPolicy'].flatMap((kind) => [
      [`resource.customizations.health.${GROUP}_${kind}`, scriptOf(`${kind}/health.lua`)],
      [`resource.customizations.actions.${GROUP}_${kind}`, actionsOf(kind)],
    ]),
  );
  return `# Made by config-map.ts from the scripts beside it: change those.\n${stringify({ data }, { lineWidth: 0 })}`;
}

function actionsOf(kind: string): string {
  const definitions = globSync(`${kind}/actions/*/action.lua`, { cwd: `${import.meta.dirname}/${GROUP}` })
    .toSorted()
    .map((file) => ({ name: basename(dirname(file)), 'action.lua': scriptOf(file) }));
  return stringify({ 'discovery.lua': scriptOf(`${kind}/actions/discovery.lua`), definitions }, { lineWidth: 0 });
}

function scriptOf(file: string): string {
  return readFileSync(`${import.meta.dirname}/${GROUP}/${file}`, 'utf8');
}

if (import.meta.main) writeFileSync(FILE, configMap());
