import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kubectl } from './kubectl.ts';

/** Who has written what of an object, by the API server's own notes. */
export type Managed = {
  readonly kind: string;
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly Manager[];
  };
};
export type Manager = { readonly manager: string; readonly subresource?: string; readonly fieldsV1?: object };

const folder = () => join(dirname(process.env.KUBECONFIG ?? ''), 'managers');

/** Before a namespace goes, and its objects with it. */
export async function keepManagers(namespace: string): Promise<void> {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), `${namespace}-${Date.now()}.json`), JSON.stringify(await managedIn(namespace)));
}

/** Of every namespace that was kept in this run. */
export function managedBefore(): readonly Managed[] {
  if (!existsSync(folder())) return [];
  return readdirSync(folder()).flatMap((file) => JSON.parse(readFileSync(join(folder(), file), 'utf8')) as readonly Managed[]);
}

/** The Namespace, and all that is in it: of Secrets, too, nothing but who wrote which fields. */
export async function managedIn(namespace: string): Promise<readonly Managed[]> {
  const kinds = (await kubectl(['api-resources', '--verbs=list', '--namespaced=true', '-o', 'name'])).trim().split('\n');
  const asked = [
    ['get', kinds.join(), '-n', namespace],
    ['get', 'namespaces', `--field-selector=metadata.name=${namespace}`],
  ];
  const found = await Promise.all(asked.map((args) => kubectl([...args, '--show-managed-fields', '-o', 'json'])));
  return found
    .flatMap((text) => (JSON.parse(text) as { readonly items: readonly Managed[] }).items)
    .map(({ kind, metadata: { name, namespace: of, labels, managedFields } }) => ({
      kind,
      metadata: { name, ...(of && { namespace: of }), ...(labels && { labels }), ...(managedFields && { managedFields }) },
    }));
}
