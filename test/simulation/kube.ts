import { Reload } from '../../crds/reload.ts';
import { ReloadPolicy } from '../../crds/reload-policy.ts';
import { KubeError } from '../../operator/kube/errors.ts';
import type { World as OperatorWorld } from '../../operator/world.ts';
import { type ConfigMap, metadataIn, NAMESPACE, put, STABLE } from './api.ts';
import type { Answer, Operator } from './operator.ts';
import type { World } from './world.ts';

type Kube = OperatorWorld['kube'];

/** The API server, as one operator speaks to it: what is read comes at once; how a write ends, the story says. */
export function kubeOf(world: World, self: () => Operator): Kube {
  const { api } = world;
  return {
    server: '',
    namespace: NAMESPACE,
    get: async <T>(path: string) => {
      const { plural, name } = placeOf(path);
      answered(world, `GET ${path}`);
      return (tableOf(world, plural).get(name ?? '') ?? null) as T | null;
    },
    list: async <T>(path: string) => {
      const { plural } = placeOf(path);
      answered(world, `LIST ${path}`);
      // Only revisions are listed, by their label; and pods, for what they mount, which is nothing here.
      const items =
        plural === 'configmaps'
          ? [...api.tables.configmaps.values()].filter(({ metadata }) => metadata.labels?.['fleetreload.dev/kept'] === 'revision')
          : [];
      return { metadata: { resourceVersion: String(api.version) }, items: items as readonly object[] as readonly T[] };
    },
    create: async <T>(path: string, body: object) => {
      const { plural } = placeOf(path);
      world.promises.speaks(self(), body, plural);
      if (plural === 'events') return body as T;
      return (await ask(self(), `create ${plural}`, () => create(world, self(), plural, copyOf(body)))) as T;
    },
    replace: async <T>(path: string, body: object) => {
      const { plural, subresource } = placeOf(path);
      world.promises.speaks(self(), body, plural);
      return (await ask(self(), subresource ? 'record' : `replace ${plural}`, () => replace(world, self(), plural, copyOf(body)))) as T;
    },
    patch: async <T>(path: string, body: object) => {
      const { plural, name } = placeOf(path);
      world.promises.speaks(self(), body, plural);
      return (await ask(self(), `patch ${plural}`, () => patchReload(world, self(), name ?? '', copyOf(body)))) as T;
    },
    remove: (path) => {
      const { plural, name } = placeOf(path);
      return ask(self(), `remove ${plural}`, () => {
        if (!tableOf(world, plural).has(name ?? '')) return false;
        world.promises.removes(self(), plural, name ?? '');
        put(api, plural === 'reloads' ? 'reloads' : 'configmaps', name ?? '', null);
        return true;
      });
    },
    watch: never,
    close: never,
  };
}

/** A write. `lost`: it is done, and the answer does not come. */
export function ask<T>(operator: Operator, what: string, run: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (how: Answer) => {
      try {
        const done = how === 'outage' ? null : run();
        if (how === 'ok') resolve(done as T);
        else reject(new KubeError(`${what}: no answer`, { status: null, reason: 'NoAnswer' }));
      } catch (error) {
        reject(error);
      }
    };
    operator.calls.push({ what, end });
  });
}

function create(world: World, operator: Operator, plural: string, body: object): object {
  const { api } = world;
  const { metadata } = body as { metadata: { name: string } };
  const { name } = metadata;
  if (tableOf(world, plural).has(name)) throw refused(`${plural} ${name} exists`, 409, 'AlreadyExists');
  const made = { ...body, metadata: { ...metadata, namespace: NAMESPACE, ...metadataIn(api, world.wall()) } };
  if (plural === 'reloads') {
    const reload = Reload.parse(made);
    put(api, 'reloads', name, reload);
    world.promises.created(operator, reload);
  } else put(api, 'configmaps', name, made as unknown as ConfigMap);
  return made;
}

/** PUT: a compare-and-swap, and what the CRD does not allow is refused. */
function replace(world: World, operator: Operator, plural: string, body: object): object {
  const { api } = world;
  const { metadata, status } = body as { metadata: { name: string; resourceVersion: string }; status?: unknown };
  const before = tableOf(world, plural).get(metadata.name) as { readonly metadata: { readonly resourceVersion: string } } | undefined;
  if (before === undefined) throw refused(`${metadata.name} is not there`, 404, 'NotFound');
  if (metadata.resourceVersion !== before.metadata.resourceVersion)
    throw refused(`${metadata.name} was changed meanwhile`, 409, 'Conflict');
  const resourceVersion = String(++api.version);
  if (plural === 'configmaps') {
    const written = { ...body, metadata: { ...before.metadata, ...metadata, resourceVersion } } as unknown as ConfigMap;
    put(api, 'configmaps', STABLE, written);
    return written;
  }
  const policy = before as unknown as ReloadPolicy;
  const written = ReloadPolicy.parse({ ...policy, metadata: { ...policy.metadata, resourceVersion }, status });
  put(api, 'policies', metadata.name, written);
  world.promises.recorded(operator, policy, written);
  operator.wrote = written;
  operator.observed = { ...operator.observed, policy: written };
  return written;
}

function patchReload(world: World, operator: Operator, name: string, body: object): object {
  const { api } = world;
  const before = api.tables.reloads.get(name);
  if (before === undefined) throw refused(`${name} is not there`, 404, 'NotFound');
  const { status } = body as { status: object };
  const metadata = { ...before.metadata, resourceVersion: String(++api.version) };
  // A merge patch: what it does not name stays.
  const after = Reload.parse({ ...before, metadata, status: { ...before.status, ...status } });
  put(api, 'reloads', name, after);
  world.promises.answered(operator, before, after);
  return after;
}

/** `/api/v1/namespaces/shop/configmaps/web`, `/apis/fleetreload.dev/v1alpha1/namespaces/shop/reloads/web-1/status`, `/api/v1/configmaps`. */
function placeOf(path: string): { readonly plural: string; readonly name: string | undefined; readonly subresource: string | undefined } {
  const [plural = '', name, subresource] = path.split(/^\/apis?\/(?:[^/]+\/)?v1(?:alpha1)?\/(?:namespaces\/[^/]+\/)?/)[1]?.split('/') ?? [];
  return { plural, name, subresource };
}

function tableOf({ api }: World, plural: string): ReadonlyMap<string, object> {
  switch (plural) {
    case 'configmaps':
      return api.tables.configmaps;
    case 'reloads':
      return api.tables.reloads;
    case 'reloadpolicies':
      return api.tables.policies;
  }
  return new Map();
}

function answered({ api }: World, what: string): void {
  if (!api.readable) throw new KubeError(`${what}: no answer`, { status: null, reason: 'NoAnswer' });
}

function refused(because: string, status: number, reason: string): KubeError {
  return new KubeError(because, { status, reason });
}

function copyOf(body: object): object {
  return JSON.parse(JSON.stringify(body)) as object;
}

export const never = (): never => {
  throw new Error('not in the simulation');
};
