import { Reload } from '../crds/reload.ts';
import { ReloadPolicy } from '../crds/reload-policy.ts';
import { type Source, sourcesOf } from '../crds/source.ts';
import type { Kube } from './kube/client.ts';
import { type Pod, type RawPod, stripPod } from './kube/pods.ts';
import { ALL_POLICIES, ALL_RELOADS } from './kube/policies.ts';
import { reflect, type Store } from './kube/reflector.ts';
import { matches } from './kube/selector.ts';
import type { KubeObject } from './kube/watch-events.ts';
import type { Log } from './log.ts';
import { stableName } from './sources/revisions.ts';
import type { PolicyEntry } from './world.ts';

/** What a happening outside means for the loop. */
export type Listener = {
  readonly policyTouched: (key: string) => void;
  /** Its spec is another one. */
  readonly policyEdited: (key: string) => void;
  readonly policyGone: (key: string, uid: string) => void;
  /** No policy selects it any more. */
  readonly podUnclaimed: (uid: string) => void;
  readonly podGone: (uid: string) => void;
};

export type Watches = {
  readonly policies: Store<PolicyEntry>;
  readonly reloads: Store<Reload>;
  readonly pods: Store<Pod>;
  readonly podOf: (uid: string) => Pod | undefined;
  /** Null where there is no such object. */
  readonly versionOf: (kind: Source['kind'], namespace: string, name: string) => string | null;
  /** The policies that select the pod. */
  readonly policiesOf: (pod: Pod) => readonly string[];
  readonly stores: Readonly<Record<string, Store<unknown>>>;
};

/** Copies of all that a pass looks at. ConfigMaps and Secrets by their metadata only: contents are read by name. */
export function openWatches(kube: Kube, listener: Listener, log: Log, signal: AbortSignal): Watches {
  const byUid = new Map<string, Pod>();
  const base = { kube, log, signal };

  const policies: Store<PolicyEntry> = reflect<KubeObject, PolicyEntry & { readonly uid: string }>({
    ...base,
    path: ALL_POLICIES,
    strip: (raw) => ({ ...readPolicy(raw, log), uid: raw.metadata.uid }),
    onChange: (change) => {
      const { kind, key, object } = change;
      if (kind === 'removed') return listener.policyGone(key, object.uid);
      if (kind === 'added' || generationOf(change.before) !== generationOf(object)) listener.policyEdited(key);
      listener.policyTouched(key);
    },
  });
  const reloads = reflect<KubeObject, Reload>({
    ...base,
    path: ALL_RELOADS,
    strip: (raw) => Reload.parse(raw),
    onChange: ({ object }) => listener.policyTouched(`${object.metadata.namespace}/${object.spec.policy}`),
  });
  const pods = reflect<RawPod, Pod>({
    ...base,
    path: '/api/v1/pods',
    strip: stripPod,
    onChange: (change) => {
      const { kind, object } = change;
      if (kind === 'removed') byUid.delete(object.uid);
      else byUid.set(object.uid, object);
      if (kind === 'removed' || object.terminating || object.phase === 'ended') listener.podGone(object.uid);
      // Labels may have taken it out of one policy and into another.
      const before = change.kind === 'changed' ? policiesOf(change.before) : [];
      const after = policiesOf(object);
      if (before.length > 0 && after.length === 0) listener.podUnclaimed(object.uid);
      for (const key of new Set([...before, ...after])) listener.policyTouched(key);
    },
  });
  const versions = { ConfigMap: watchVersions('ConfigMap', 'configmaps'), Secret: watchVersions('Secret', 'secrets') };

  return {
    policies,
    reloads,
    pods,
    podOf: (uid) => byUid.get(uid),
    versionOf: (kind, namespace, name) => versions[kind].get(`${namespace}/${name}`) ?? null,
    policiesOf,
    stores: { policies, reloads, pods, configmaps: versions.ConfigMap, secrets: versions.Secret },
  };

  function watchVersions(kind: Source['kind'], plural: string): Store<string> {
    return reflect<KubeObject, string>({
      ...base,
      path: `/api/v1/${plural}`,
      metadataOnly: true,
      strip: ({ metadata }) => metadata.resourceVersion,
      onChange: ({ key }) => {
        for (const policy of naming(kind, key)) listener.policyTouched(policy);
      },
    });
  }

  function naming(kind: Source['kind'], key: string): readonly string[] {
    return read().flatMap(({ metadata: { namespace, name }, spec }) =>
      sourcesOf(spec.sources).some(
        (source) => source.kind === kind && [source.name, stableName(source.name)].some((its) => `${namespace}/${its}` === key),
      )
        ? [`${namespace}/${name}`]
        : [],
    );
  }

  function policiesOf(pod: Pod): readonly string[] {
    return read().flatMap(({ metadata: { namespace, name }, spec }) =>
      namespace === pod.namespace && matches(spec.targets.selector, pod.labels) ? [`${namespace}/${name}`] : [],
    );
  }

  function read(): readonly ReloadPolicy[] {
    return policies.list().flatMap((entry) => (entry.kind === 'policy' ? [entry.policy] : []));
  }
}

function generationOf(entry: PolicyEntry): number | undefined {
  return entry.kind === 'policy' ? entry.policy.metadata.generation : undefined;
}

/** The API server checks each policy; one that we cannot read was let in by another version's rules. */
function readPolicy(raw: KubeObject, log: Log): PolicyEntry {
  const parsed = ReloadPolicy.safeParse(raw);
  if (parsed.success) return { kind: 'policy', policy: parsed.data };
  const { namespace, name } = raw.metadata;
  const because = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  log.error({ namespace, policy: name, because }, 'policy is not understood by this version, and left alone');
  return { kind: 'unreadable', because };
}
