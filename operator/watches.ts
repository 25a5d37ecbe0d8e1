import type { Reload } from '../crds/reload.ts';
import { ReloadPolicy } from '../crds/reload-policy.ts';
import { type Source, sourcesOf } from '../crds/source.ts';
import { covers, type DisruptionBudget, type RawBudget, stripBudget } from './kube/budgets.ts';
import type { Kube } from './kube/client.ts';
import { openOnce } from './kube/once.ts';
import { type Pod, type RawPod, stripPod } from './kube/pods.ts';
import { POLICIES, RELOADS } from './kube/policies.ts';
import { keyOf } from './kube/cache.ts';
import type { Copy } from './kube/joined.ts';
import { pathIn, type Resource } from './kube/paths.ts';
import { matches } from './kube/selector.ts';
import type { KubeObject } from './kube/watch-events.ts';
import type { Log } from './log.ts';
import { freezeIn } from './observe/freeze.ts';
import { openPlaces, type Place } from './places.ts';
import { stripReload } from './reloads/strip.ts';
import { placesOf, type Rights, type Sees } from './rights.ts';
import { kinds } from './sources/index.ts';
import { stableName } from './sources/revisions.ts';
import { stripPolicy } from './strip-policy.ts';
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
  /** A freeze of that Namespace begins, ends, or has another reason. */
  readonly freezeTurned: (namespace: string) => void;
};

type Labels = Readonly<Record<string, string>>;

export type Watches = {
  readonly policies: Copy<PolicyEntry>;
  readonly reloads: Copy<Reload>;
  readonly pods: Copy<Pod>;
  /** By name: why it is frozen, or null. */
  readonly freezes: Copy<string | null>;
  /** By name: its labels. */
  readonly nodes: Copy<Labels>;
  readonly budgets: Copy<DisruptionBudget>;
  readonly podOf: (uid: string) => Pod | undefined;
  /** Null where there is no such object. */
  readonly versionOf: (kind: Source['kind'], namespace: string, name: string) => string | null;
  /** The policies that select the pod. */
  readonly policiesOf: (pod: Pod) => readonly string[];
  readonly stores: Readonly<Record<string, Pick<Copy<unknown>, 'health'>>>;
  readonly sees: Sees;
  /** All is known that there is a right to. */
  readonly known: () => Promise<void>;
  /** What is not known yet, such as `pods in shop`. */
  readonly missing: () => readonly string[];
};

export type WatchOptions = {
  readonly kube: Kube;
  readonly rights: Rights;
  /** The operator's own: a freeze of it is one of the cluster. */
  readonly namespace: string;
  readonly listener: Listener;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** Copies of all that a pass looks at. ConfigMaps and Secrets by their metadata only: contents are read by name. */
export function openWatches({ kube, rights, namespace: own, listener, log, signal }: WatchOptions): Watches {
  const byUid = new Map<string, Pod>();
  const places = openPlaces({ kube, log, signal });
  const once = openOnce();
  const everywhere = placesOf(rights);

  const reloads = places.watch<KubeObject, Reload>({
    ...of(RELOADS),
    strip: (raw) => {
      const reload = once(stripReload(raw), 'apiVersion');
      return { ...reload, spec: once(reload.spec, 'sources', 'fromSources', 'changedBy', 'because') };
    },
    onChange: ({ object }) => listener.policyTouched(`${object.metadata.namespace}/${object.spec.policy}`),
  });
  const pods = places.watch<RawPod, Pod>({
    ...of({ apiVersion: 'v1', plural: 'pods' }),
    strip: (raw, before) => once(stripPod(raw, before), 'labels', 'node', 'owner', 'templateHash'),
    onChange: (change) => {
      const { kind, object } = change;
      if (kind === 'removed') byUid.delete(object.uid);
      else byUid.set(object.uid, object);
      if (kind === 'removed' || object.terminating || object.phase === 'ended') listener.podGone(object.uid);
      // Labels may have taken it out of one policy and into another.
      const after = policiesOf(object);
      const before = change.kind !== 'changed' ? [] : isSame(change.before.labels, object.labels) ? after : policiesOf(change.before);
      if (before.length > 0 && after.length === 0) listener.podUnclaimed(object.uid);
      for (const key of new Set([...before, ...after])) listener.policyTouched(key);
    },
  });
  const freezes = places.watch<Metadata, string | null>({
    ...of(NAMESPACES, rights.namespaces === null ? [null] : [...new Set([own, ...rights.namespaces])]),
    at: (name) => ({ path: pathIn(NAMESPACES, null), ...(name !== null && { query: { fieldSelector: `metadata.name=${name}` } }) }),
    ifRefused: 'wait',
    metadataOnly: true,
    strip: ({ metadata }) => freezeIn(metadata.annotations),
    onChange: (change) => {
      const before = change.kind === 'changed' ? change.before : null;
      if (change.object !== before) listener.freezeTurned(change.key);
    },
  });
  const nodes = places.watch<Metadata, Labels>({
    ...of({ apiVersion: 'v1', plural: 'nodes' }, rights.namespaces === null ? [null] : []),
    metadataOnly: true,
    strip: ({ metadata }) => metadata.labels ?? {},
    onChange: (change) => {
      if (change.kind === 'changed' && isSame(change.before, change.object)) return;
      const spreading = read(undefined, ({ spec }) => spec.waves.some(({ spread }) => spread !== undefined));
      for (const policy of spreading) listener.policyTouched(keyOf(policy));
    },
  });
  const budgets = places.watch<RawBudget, DisruptionBudget>({
    ...of({ apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' }),
    strip: stripBudget,
    onChange: (change) => {
      const { kind, object } = change;
      if (kind === 'changed' && isSame(change.before, object)) return;
      const states = kind === 'changed' ? [change.before, object] : [object];
      const covered = pods.list(object.namespace).filter(({ labels }) => states.some((budget) => covers(budget, labels)));
      for (const key of new Set(covered.flatMap(policiesOf))) listener.policyTouched(key);
    },
  });
  const configMaps = watchVersions('ConfigMap', everywhere);
  const secrets = watchVersions('Secret', placesOf(rights, 'Secret'));
  const policies: Copy<PolicyEntry> = places.watchLast<KubeObject, PolicyEntry & { readonly uid: string }>({
    ...of(POLICIES),
    strip: (raw) => ({ ...keptOnce(readPolicy(raw, log)), uid: raw.metadata.uid }),
    onChange: (change) => {
      const { kind, key, object } = change;
      if (kind === 'removed') return listener.policyGone(key, object.uid);
      if (kind === 'added' || generationOf(change.before) !== generationOf(object)) listener.policyEdited(key);
      listener.policyTouched(key);
    },
  });

  return {
    policies,
    reloads,
    pods,
    freezes,
    nodes,
    budgets,
    podOf: (uid) => byUid.get(uid),
    versionOf: (kind, namespace, name) => (kind === 'Secret' ? secrets : configMaps).get(`${namespace}/${name}`) ?? null,
    policiesOf,
    stores: { policies, reloads, pods, freezes, nodes, budgets, configmaps: configMaps, secrets },
    sees: {
      policiesSince: (namespace) => places.seesSince(POLICIES.plural, namespace),
      secrets: (namespace) => places.seesSince(kinds.Secret.plural, namespace) !== null,
      nodes: rights.namespaces === null,
    },
    known: places.known,
    missing: places.missing,
  };

  function of(resource: Resource, where: readonly Place[] = everywhere) {
    return { name: resource.plural, in: where, at: (place: Place) => ({ path: pathIn(resource, place) }) };
  }

  function keptOnce(entry: PolicyEntry): PolicyEntry {
    if (entry.kind !== 'policy') return entry;
    const policy = once(entry.policy, 'apiVersion');
    return { kind: 'policy', policy: { ...policy, spec: once(policy.spec, 'handle', 'waves', 'gates', 'trigger') } };
  }

  function watchVersions(kind: Source['kind'], where: readonly Place[]): Copy<string> {
    return places.watch<KubeObject, string>({
      ...of({ apiVersion: 'v1', plural: kinds[kind].plural }, where),
      ...(kind === 'Secret' && { ifRefused: 'do without' }),
      metadataOnly: true,
      strip: ({ metadata }) => metadata.resourceVersion,
      onChange: ({ key }) => {
        for (const policy of naming(kind, key)) listener.policyTouched(policy);
      },
    });
  }

  /** The policies that have it for a source, or for what pods of theirs start on. */
  function naming(kind: Source['kind'], key: string): readonly string[] {
    const [namespace, its = ''] = key.split('/');
    const isIt = (source: Source) => source.kind === kind && (source.name === its || stableName(source.name) === its);
    return read(namespace, ({ spec }) => sourcesOf(spec.sources).some(isIt)).map(keyOf);
  }

  function policiesOf({ namespace, labels }: Pod): readonly string[] {
    return read(namespace, ({ spec }) => matches(spec.targets.selector, labels)).map(keyOf);
  }

  function read(namespace: string | undefined, isMeant: (policy: ReloadPolicy) => boolean): readonly ReloadPolicy[] {
    const meant: ReloadPolicy[] = [];
    for (const entry of policies.list(namespace)) if (entry.kind === 'policy' && isMeant(entry.policy)) meant.push(entry.policy);
    return meant;
  }
}

const NAMESPACES = { apiVersion: 'v1', plural: 'namespaces' };

type Metadata = KubeObject & { readonly metadata: { readonly annotations?: Labels; readonly labels?: Labels } };

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function generationOf(entry: PolicyEntry): number | undefined {
  return entry.kind === 'policy' ? entry.policy.metadata.generation : undefined;
}

/** The API server checks each policy; one that we cannot read was let in by another version's rules. */
function readPolicy(raw: KubeObject, log: Log): PolicyEntry {
  const parsed = ReloadPolicy.safeParse(raw);
  if (parsed.success) return { kind: 'policy', policy: stripPolicy(parsed.data) };
  const { namespace, name } = raw.metadata;
  const because = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  log.error({ namespace, policy: name, because }, 'policy is not understood by this version, and left alone');
  return { kind: 'unreadable', because };
}
