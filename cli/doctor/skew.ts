import { pathOf } from '../../operator/kube/paths.ts';
import { type RawPod, SIDECAR_CONTAINER } from '../../operator/kube/pods.ts';
import type { Cluster } from '../cluster.ts';
import type { Operator } from '../operators.ts';
import { type Finding, finding } from './finding.ts';

const DEFINITIONS = { apiVersion: 'apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' };
const OURS = ['reloadpolicies.fleetreload.dev', 'reloads.fleetreload.dev'];
const VERSION = 'app.kubernetes.io/version';

type Labelled = { readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> } };
type WithImages = RawPod & {
  readonly spec?: {
    readonly initContainers?: readonly { readonly name: string; readonly image?: string }[];
    readonly containers?: readonly { readonly name: string; readonly image?: string }[];
  };
};

export function versionsApart(ours: string, { namespace, version }: Operator): string | null {
  if (version === null || version === ours) return null;
  return `the plugin is ${ours}, the operator in ${namespace} ${version}: use the plugin of ${version}`;
}

/** What the API server knows of our kinds is older than who writes them, where an upgrade left it out. */
export function definitions({ kube }: Cluster, operators: readonly Operator[]): Promise<Finding> {
  return finding('the definitions of our kinds are those of the operator', async () => {
    const found: Labelled[] = [];
    // One after the other: who may read none is told of the same one each time.
    for (const name of OURS) {
      const definition = await kube.get<Labelled>(pathOf(DEFINITIONS, { name }), { metadataOnly: true });
      if (definition !== null) found.push(definition);
    }
    return definitionsApart(found, operators);
  });
}

export function definitionsApart(found: readonly Labelled[], operators: readonly Operator[]): string | null {
  const versions = operators.flatMap(({ version }) => version ?? []);
  const [version] = versions;
  // Who applies them by hand labels nothing: then nobody can tell.
  const apart = found.find(({ metadata: { labels = {} } }) => labels[VERSION] !== undefined && !versions.includes(labels[VERSION]));
  if (!apart || version === undefined) return null;
  return `${apart.metadata.name} is of ${apart.metadata.labels?.[VERSION]}, the operator ${version}: upgrade the release with crds.install=true, or apply crds/ of ${version}`;
}

/** A sidecar is of the operator that gave it, and stays as it is until its pod is made again. */
export function sidecars({ kube, namespace }: Cluster, operators: readonly Operator[]): Promise<Finding> {
  return finding(`members in ${namespace} have the sidecar that pods get now`, async () => {
    const { items } = await kube.list<WithImages>(pathOf({ apiVersion: 'v1', plural: 'pods' }, { namespace }));
    return sidecarsApart(items, operators);
  });
}

export function sidecarsApart(pods: readonly WithImages[], operators: readonly Operator[]): string | null {
  const wanted = operators.flatMap(({ sidecarImage }) => sidecarImage ?? []);
  const images = pods.flatMap(({ spec }) => {
    const sidecar = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(({ name }) => name === SIDECAR_CONTAINER);
    return sidecar?.image === undefined ? [] : [sidecar.image];
  });
  const apart = images.filter((image) => !wanted.includes(image));
  if (apart.length === 0 || wanted.length === 0) return null;
  return `${apart.length} of ${images.length} have ${[...new Set(apart)].toSorted().join(' and ')}, and new pods get ${wanted.join(' or ')}: they go on as they are; make them again by kubectl rollout restart`;
}
