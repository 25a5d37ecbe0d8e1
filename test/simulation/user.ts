import { API_VERSION } from '../../crds/kind.ts';
import { Reload } from '../../crds/reload.ts';
import { ReloadPolicy } from '../../crds/reload-policy.ts';
import { metadataIn, NAMESPACE, POLICY, policyIn, put, SOURCE, sourceText } from './api.ts';
import { dataOf, revisionFor, type Text } from './content.ts';
import { specOf } from './settings.ts';
import type { World } from './world.ts';

/** kubectl apply of the source. */
export function edit(world: World, text: Text): void {
  world.say(text);
  writeSource(world, text);
}

/** An annotation, or a re-sync: the same content again. */
export function touchSource(world: World): void {
  const text = sourceText(world.api);
  if (text !== null) writeSource(world, text);
}

export function deleteSource({ api }: World): void {
  if (api.tables.configmaps.has(SOURCE)) put(api, 'configmaps', SOURCE, null);
}

function writeSource({ api, wall }: World, text: string): void {
  const fresh = metadataIn(api, wall());
  const before = api.tables.configmaps.get(SOURCE)?.metadata;
  const metadata = { ...fresh, ...before, resourceVersion: fresh.resourceVersion, name: SOURCE, namespace: NAMESPACE };
  put(api, 'configmaps', SOURCE, { metadata, data: dataOf(text) });
}

/** A policy with the defaults of the API. */
export function createPolicy({ api, wall }: World): void {
  if (policyIn(api) !== undefined) return;
  const policy = ReloadPolicy.parse({
    apiVersion: API_VERSION,
    kind: 'ReloadPolicy',
    metadata: { name: POLICY, namespace: NAMESPACE, generation: 1, ...metadataIn(api, wall()) },
    spec: {
      sources: [{ configMap: { name: SOURCE } }],
      targets: { selector: { matchLabels: { app: 'web' } } },
      handle: { signal: { process: 'nginx' }, verify: { workers: 'Renewed' } },
    },
  });
  put(api, 'policies', POLICY, policy);
}

/** A new spec is a new generation; annotations alone are not. A spec that the API server refuses changes nothing. */
export function editPolicy({ api }: World, settings: readonly string[]): void {
  const policy = policyIn(api);
  if (policy === undefined) return;
  const { metadata } = policy;
  const edited = ReloadPolicy.safeParse({
    ...policy,
    metadata: {
      ...metadata,
      resourceVersion: String(++api.version),
      generation: (metadata.generation ?? 1) + (settings.length > 0 ? 1 : 0),
    },
    spec: { ...policy.spec, ...specOf(settings, policy.spec) },
  });
  if (edited.success) put(api, 'policies', POLICY, edited.data);
}

export function deletePolicy({ api }: World): void {
  if (policyIn(api) !== undefined) put(api, 'policies', POLICY, null);
}

/** Somebody restores a backup of the manifests alone. */
export function wipeStatus(world: World): void {
  const { api } = world;
  const policy = policyIn(api);
  if (policy === undefined) return;
  const { status: _, ...rest } = policy;
  put(api, 'policies', POLICY, { ...rest, metadata: { ...policy.metadata, resourceVersion: String(++api.version) } });
  world.promises.wiped();
}

const MANAGER = 'kubectl-edit';
const VERBS = ['abort', 'pause', 'promote', 'approve', 'retry'] as const;
type Verb = (typeof VERBS)[number];

/** Such as `pause`, `promote=2`, `retry=mended`, `-pause`; `present` is the Reload of the rollout that is recorded. What the API server refuses is not said. */
export function say(world: World, who: string, items: readonly string[]): void {
  const { api, wall } = world;
  const name = who === 'present' ? `${POLICY}-${policyIn(api)?.status?.rollout}` : who;
  const reload = api.tables.reloads.get(name);
  if (reload === undefined) return;
  let { spec } = reload;
  for (const item of items) {
    const [verb = '', value = ''] = item.replace(/^-/, '').split('=');
    if (!isVerb(verb)) throw new Error(`unknown verb: ${verb}`);
    const { [verb]: _, ...without } = spec;
    spec = item.startsWith('-') ? without : { ...without, [verb]: spokenOf(verb, value) };
  }
  if (reload.spec.rollout === undefined) return;
  const hasEnded = reload.status?.outcome !== undefined;
  if (hasEnded && VERBS.some((verb) => verb !== 'retry' && JSON.stringify(spec[verb]) !== JSON.stringify(reload.spec[verb]))) return;
  const fields = Object.fromEntries(items.map((item) => [`f:${item.replace(/^-/, '').split('=')[0]}`, {}]));
  const managedFields = [{ manager: MANAGER, time: new Date(wall()).toISOString(), fieldsV1: { 'f:spec': fields } }];
  const said = Reload.safeParse({
    ...reload,
    metadata: { ...reload.metadata, resourceVersion: String(++api.version), managedFields },
    spec,
  });
  if (!said.success) return;
  put(api, 'reloads', name, said.data);
  world.promises.said(said.data);
}

function isVerb(verb: string): verb is Verb {
  return VERBS.some((it) => it === verb);
}

function spokenOf(verb: Verb, value: string): object {
  switch (verb) {
    case 'abort':
    case 'pause':
      return { by: 'alice', ...(value !== '' && { reason: value }) };
    case 'promote':
      return { by: 'bob', ...(value !== '' && { wave: Number(value) }) };
    case 'approve':
      return { wave: Number(value || 1) };
    case 'retry':
      return { reason: value || 'mended' };
  }
}

/** The fleet should go to what that text said. */
export function wish(world: World, name: string, text: Text): void {
  const { api, wall } = world;
  if (api.tables.reloads.has(name)) return;
  const reload = Reload.parse({
    apiVersion: API_VERSION,
    kind: 'Reload',
    metadata: { name, namespace: NAMESPACE, ...metadataIn(api, wall()) },
    spec: { policy: POLICY, revision: revisionFor(text).name, because: 'so it shall be' },
  });
  put(api, 'reloads', name, reload);
  world.promises.said(reload);
}

export function deleteReload({ api }: World, who: string): void {
  const name = who === 'present' ? `${POLICY}-${policyIn(api)?.status?.rollout}` : who;
  if (api.tables.reloads.has(name)) put(api, 'reloads', name, null);
}

/** An annotation on a Namespace. */
export function freeze({ api }: World, namespace: string, isFrozen: boolean): void {
  const before = api.tables.namespaces.get(namespace);
  if (before === undefined || Object.keys(before.annotations).length > 0 === isFrozen) return;
  put(api, 'namespaces', namespace, { annotations: isFrozen ? { 'fleetreload.dev/freeze': 'holidays' } : {} });
}

/** An older policy that claims the same pods. */
export function rival({ api, wall }: World, isThere: boolean): void {
  const own = policyIn(api);
  if (api.tables.policies.has('elder') === isThere || (isThere && own === undefined)) return;
  if (!isThere) return put(api, 'policies', 'elder', null);
  if (own === undefined) return;
  const { status: _, ...rest } = own;
  put(api, 'policies', 'elder', {
    ...rest,
    metadata: { ...own.metadata, ...metadataIn(api, wall()), name: 'elder', creationTimestamp: '2020-01-01T00:00:00Z' },
  });
}
