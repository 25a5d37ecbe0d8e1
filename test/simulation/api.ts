import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { DisruptionBudget } from '../../operator/kube/budgets.ts';
import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import { textOfBytes } from './content.ts';
import type { SourceData } from '../../operator/sources/source-object.ts';

/** What the API server keeps, by name; pods by uid. Bodies of writes have been through JSON. */
export type Objects = {
  readonly policies: ReloadPolicy;
  readonly reloads: Reload;
  /** The source, `<source>-stable`, and revisions that are kept. */
  readonly configmaps: ConfigMap;
  readonly pods: KubePod;
  readonly namespaces: { readonly annotations: Readonly<Record<string, string>> };
  readonly budgets: DisruptionBudget;
  readonly nodes: Readonly<Record<string, string>>;
};
export type ConfigMap = SourceData & { readonly metadata: { readonly uid: string; readonly creationTimestamp: string } };

export type Table = keyof Objects;
export const TABLES = ['policies', 'reloads', 'configmaps', 'pods', 'namespaces', 'budgets', 'nodes'] as const satisfies readonly Table[];

/** One row of what a watch tells; null: it is gone. */
export type Change = { readonly key: string; readonly object: Objects[Table] | null };

export type Api = {
  readonly tables: { readonly [T in Table]: Map<string, Objects[T]> };
  /** All that ever changed, for the watches. */
  readonly changes: Readonly<Record<Table, Change[]>>;
  /** False: whoever reads gets no answer. */
  readable: boolean;
  version: number;
};

export const NAMESPACE = 'shop';
export const SYSTEM = 'fleet-reload-system';
export const POLICY = 'web';
export const SOURCE = 'web';
export const STABLE = 'web-stable';

export function openApi(): Api {
  const tables: Api['tables'] = {
    policies: new Map(),
    reloads: new Map(),
    configmaps: new Map(),
    pods: new Map(),
    namespaces: new Map(),
    budgets: new Map(),
    nodes: new Map(),
  };
  const changes = { policies: [], reloads: [], configmaps: [], pods: [], namespaces: [], budgets: [], nodes: [] };
  return { tables, changes, readable: true, version: 1 };
}

export function put<T extends Table>({ tables, changes }: Api, table: T, key: string, object: Objects[T] | null): void {
  if (object === null) tables[table].delete(key);
  else tables[table].set(key, object);
  changes[table].push({ key, object });
}

/** The policy as it is now; undefined where it was deleted. */
export function policyIn({ tables }: Api): ReloadPolicy | undefined {
  return tables.policies.get(POLICY);
}

/** The text that the source says; null where there is no source. */
export function sourceText({ tables }: Api): string | null {
  return textOfBytes(tables.configmaps.get(SOURCE)?.data?.['app.conf']);
}

/** `resourceVersion`, and what an object that is new has besides. */
export function metadataIn(
  api: Api,
  now: number,
): { readonly uid: string; readonly resourceVersion: string; readonly creationTimestamp: string } {
  const version = ++api.version;
  return {
    uid: `u${version}`,
    resourceVersion: String(version),
    creationTimestamp: new Date(Math.floor(now / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
  };
}
