import { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Reload } from '../../crds/reload.ts';
import { KubeError } from '../../operator/kube/errors.ts';
import type { RevisionContent } from '../../operator/sources/content.ts';
import type { Text } from './content.ts';

/** What the API server keeps. Everything in it has been through JSON. */
export type Api = {
  policy: ReloadPolicy;
  source: { readonly text: Text | null; readonly version: number };
  /** False: reading the source is an outage. */
  readable: boolean;
  /** Revisions that were stored, by name. */
  readonly kept: Map<string, RevisionContent>;
  /** `<source>-stable`. */
  bootable: RevisionContent | null;
  readonly reloads: Map<string, Reload>;
  version: number;
};

export const NAMESPACE = 'shop';
export const POLICY = 'web';

export function openApi(): Api {
  return {
    policy: ReloadPolicy.parse({
      apiVersion: 'fleetreload.dev/v1alpha1',
      kind: 'ReloadPolicy',
      metadata: { name: POLICY, namespace: NAMESPACE, uid: 'policy-1', resourceVersion: '1', generation: 1 },
      spec: {
        sources: [{ configMap: { name: 'web' } }],
        targets: { selector: { matchLabels: { app: 'web' } } },
        handle: { signal: { process: 'nginx' }, verify: { workers: 'Renewed' } },
      },
    }),
    source: { text: null, version: 1 },
    readable: true,
    kept: new Map(),
    bootable: null,
    reloads: new Map(),
    version: 1,
  };
}

export function edit(api: Api, text: Text | null): void {
  api.source = { text, version: ++api.version };
}

/** A new spec is a new generation; annotations alone are not. */
export function editPolicy(api: Api, spec: Partial<ReloadPolicy['spec']> | null): void {
  const { metadata } = api.policy;
  const generation = (metadata.generation ?? 1) + (spec === null ? 0 : 1);
  api.policy = ReloadPolicy.parse({
    ...api.policy,
    metadata: { ...metadata, resourceVersion: String(++api.version), generation },
    spec: { ...api.policy.spec, ...spec },
  });
}

/** PUT of the status: a compare-and-swap, and what the CRD does not allow is refused. */
export function replaceStatus(api: Api, body: object): ReloadPolicy {
  const sent = JSON.parse(JSON.stringify(body)) as ReloadPolicy;
  if (sent.metadata.resourceVersion !== api.policy.metadata.resourceVersion)
    throw new KubeError('the policy was changed meanwhile', { status: 409, reason: 'Conflict' });
  api.policy = ReloadPolicy.parse({
    ...api.policy,
    metadata: { ...api.policy.metadata, resourceVersion: String(++api.version) },
    status: sent.status,
  });
  return api.policy;
}

export function createReload(api: Api, body: object): void {
  const reload = JSON.parse(JSON.stringify(body)) as Reload;
  const { name } = reload.metadata;
  if (api.reloads.has(name)) throw new KubeError(`${name} exists`, { status: 409, reason: 'AlreadyExists' });
  api.reloads.set(name, { ...reload, metadata: { ...reload.metadata, namespace: NAMESPACE, uid: `reload-${++api.version}` } });
}

export function patchReload(api: Api, name: string, body: object): void {
  const reload = api.reloads.get(name);
  if (reload === undefined) throw new KubeError(`${name} is not there`, { status: 404, reason: 'NotFound' });
  api.reloads.set(name, { ...reload, ...JSON.parse(JSON.stringify(body)), metadata: reload.metadata });
}
