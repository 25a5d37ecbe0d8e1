import { parse, stringify } from 'yaml';
import type { Kind } from './fleet.ts';

/** What somebody has before they know of us, and the one label that they add: the same fleet without our sidecar and its volumes. */
export function plainFleet(kind: Kind): Kind {
  return { ...kind, manifests: { ...kind.manifests, pods: stringify(plain(parse(kind.manifests.pods) as Deployment)) } };
}

export const INJECT = { 'fleetreload.dev/inject': 'true' };

type Deployment = { readonly spec: { readonly template: Template } };
type Template = { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
type PodSpec = {
  readonly initContainers: readonly unknown[];
  readonly shareProcessNamespace?: boolean;
  readonly volumes: readonly { readonly name: string }[];
};

const OURS = /^fleet-|-stable$/;

function plain(deployment: Deployment): Deployment {
  const { metadata, spec } = deployment.spec.template;
  const { initContainers: _sidecar, shareProcessNamespace: _shared, volumes, ...rest } = spec;
  const template = {
    metadata: { ...metadata, labels: { ...metadata.labels, ...INJECT } },
    spec: {
      ...rest,
      volumes: volumes
        .filter(({ name }) => !OURS.test(name))
        .map((volume) => (volume.name === 'web-config' ? { name: volume.name, configMap: { name: 'web-config' } } : volume)),
    },
  };
  return { ...deployment, spec: { ...deployment.spec, template: template as unknown as Template } };
}
