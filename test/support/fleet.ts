import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { ReloadPolicyStatus } from '../../crds/reload-policy-status.ts';
import type { Cluster } from './cluster.ts';
import { isReady, linesOf, type Pod } from './containers.ts';
import { kubectl } from './kubectl.ts';
import type { Operator } from './operator.ts';
import { keepLogs, keepWords } from './said.ts';
import { stays } from './stays.ts';
import { until } from './until.ts';

/** A fleet in a namespace of its own, with one policy `web`, and what it says when it is asked. */
export type Fleet = {
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly operator: Operator;
  /** What the API server says of the policy of that name; empty before the operator has looked. */
  readonly status: (policy?: string) => ReloadPolicyStatus;
  /** Every status of `web` since the start, oldest first. */
  readonly statuses: () => readonly ReloadPolicyStatus[];
  readonly until: (what: string, holds: (status: ReloadPolicyStatus) => boolean | Promise<boolean>) => Promise<ReloadPolicyStatus>;
  /** `kubectl apply` of the source with that content; its resourceVersion then. */
  readonly edit: (content: string, annotations?: Readonly<Record<string, string>>) => Promise<string>;
  /** An edit, the end of its rollout, and the Reload that it left. */
  readonly rollOut: (content: string) => Promise<Reload>;
  /** The rollout that is under way, or the last one, has ended, and its Reload says how. */
  readonly ended: (rollout: number) => Promise<Reload>;
  readonly reload: (rollout: number) => Promise<Reload | null>;
  readonly events: () => Promise<readonly Event[]>;
  /** Members that are not on their way out, by name. */
  readonly pods: () => readonly Pod[];
  readonly pod: (name: string) => Pod;
  /** How often each member's app was told to reload since it started first, by its own log. */
  readonly told: () => Told;
  /** For a second nobody is told anything. */
  readonly quiet: (before: Told) => Promise<void>;
  /** The version that each member's app serves at this moment. */
  readonly serving: () => Promise<Serving>;
  /** Every member serves that version, at the latest in a moment: nginx's old workers take one more connection while they quit. */
  readonly serves: (version: string) => Promise<void>;
  /** `kubectl apply` of the policy as it was made. */
  readonly applyPolicy: () => Promise<void>;
  /** `kubectl patch` of the policy's spec. */
  readonly patch: (spec: object) => Promise<void>;
  readonly scale: (replicas: number) => Promise<void>;
  /** Every pod is Ready, and its sidecar is connected to the present leader. */
  readonly whole: (replicas: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type Told = Readonly<Record<string, number>>;
export type Serving = Readonly<Record<string, string>>;
export type Event = { readonly type: string; readonly reason: string; readonly message: string };

/** What makes one kind of fleet: its manifests, and how its app is asked. */
export type Kind = {
  readonly replicas: number;
  /** Without `metadata.namespace`. `pods` comes last, when the operator has adopted the source, so that no pod waits for its files. */
  readonly manifests: { readonly policy: string; readonly pods: string };
  readonly source: (content: string, annotations: Readonly<Record<string, string>>) => object;
  readonly first: string;
  readonly container: string;
  readonly told: RegExp;
  readonly serves: (ip: string) => Promise<string>;
};

/** In a namespace that is made anew, or (`isThere`) by `makeAnew` before. */
export async function openFleet(
  namespace: string,
  kind: Kind,
  cluster: Cluster,
  operator: Operator,
  { isThere = false }: { readonly isThere?: boolean } = {},
): Promise<Fleet> {
  if (!isThere) await makeAnew(namespace);
  const statuses: ReloadPolicyStatus[] = [];
  const at = `/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}`;
  const policies = await cluster.follow<ReloadPolicy>(`${at}/reloadpolicies`, ({ metadata, status }) => {
    if (metadata.name === 'web' && status) statuses.push(status);
  });
  const all = await cluster.follow<Pod>(`/api/v1/namespaces/${namespace}/pods`, keepLogs);

  const apply = (text: string, ...args: readonly string[]) => kubectl(['apply', '-n', namespace, '-f', '-', ...args], text);
  const pods = () =>
    all
      .list()
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined && metadata.labels?.['app'] === 'web')
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const status = (policy = 'web') => policies.get(`${namespace}/${policy}`)?.status ?? {};
  const fleet: Fleet = {
    namespace,
    cluster,
    operator,
    status,
    statuses: () => statuses,
    pods,
    until: async (what, holds) => {
      await until(what, () => holds(status()), 60_000);
      return status();
    },
    edit: async (content, annotations = {}) => {
      const source = kind.source(content, annotations);
      return (await apply(JSON.stringify(source), '-o', 'jsonpath={.metadata.resourceVersion}')).trim();
    },
    rollOut: async (content) => {
      const next = (status().rollout ?? 0) + 1;
      await fleet.edit(content);
      return await fleet.ended(next);
    },
    ended: async (rollout) => {
      await fleet.until(`rollout ${rollout} has ended`, (it) => it.rollout === rollout && it.outcome !== undefined);
      // The Reload is the record: written after the status.
      await until(`Reload web-${rollout} says so`, async () => (await fleet.reload(rollout))?.status?.outcome !== undefined);
      return (await fleet.reload(rollout)) as Reload;
    },
    reload: (rollout) => cluster.kube.get<Reload>(`${at}/reloads/web-${rollout}`),
    events: async () => (await cluster.kube.list<Event>(`/api/v1/namespaces/${namespace}/events`, { query: OURS })).items,
    pod: (name) => {
      const pod = pods().find(({ metadata }) => metadata.name === name);
      if (!pod) throw new Error(`there is no member ${name}`);
      return pod;
    },
    told: () =>
      Object.fromEntries(
        pods().map((pod) => [pod.metadata.name, linesOf(pod, kind.container).filter((line) => kind.told.test(line)).length]),
      ),
    quiet: (before) => stays('nobody is told to reload', () => counts(since(before, fleet.told())).every((count) => count === 0), 1000),
    serving: async () =>
      Object.fromEntries(
        await Promise.all(pods().map(async ({ metadata, status: of }) => [metadata.name, await kind.serves(of?.podIP ?? '')] as const)),
      ),
    serves: (version) =>
      until(`every member serves ${version}`, async () => Object.values(await fleet.serving()).every((it) => it === version), 5_000),
    applyPolicy: async () => void (await apply(kind.manifests.policy)),
    patch: async (spec) =>
      void (await kubectl(['patch', 'reloadpolicy', 'web', '-n', namespace, '--type=merge', '-p', JSON.stringify({ spec })])),
    scale: async (replicas) => void (await kubectl(['scale', '-n', namespace, 'deployment/web', `--replicas=${replicas}`])),
    whole: (replicas) =>
      until(
        `${replicas} pods of ${namespace} are Ready and connected`,
        () => {
          const connected = operator.connected(namespace);
          return pods().length === replicas && pods().every((pod) => isReady(pod) && connected.has(pod.metadata.name));
        },
        120_000,
      ),
    close: async () => {
      pods().forEach(keepLogs);
      try {
        await keepWords(namespace, operator);
      } finally {
        await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
      }
    },
  };

  await fleet.edit(kind.first);
  await fleet.applyPolicy();
  await fleet.until(
    'the operator has adopted the source',
    ({ phase, stableRevision }) => phase === 'Healthy' && stableRevision !== undefined,
  );
  await apply(kind.manifests.pods);
  await fleet.whole(kind.replicas);
  return fleet;
}

const OURS = { fieldSelector: 'involvedObject.kind=ReloadPolicy,involvedObject.name=web' };

export async function makeAnew(namespace: string): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
  await kubectl(['apply', '-f', '-'], JSON.stringify(namespaceOf(namespace)));
}

function namespaceOf(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
}

/** The same for every member: `each(told, 1)`. */
export function each<T>(members: Readonly<Record<string, unknown>>, value: T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.keys(members).map((name) => [name, value]));
}

/** How much was added to each count since `before`; a member that is new had none. */
export function since(before: Told, now: Told): Told {
  return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}

/** Counts without names, in order: `[0, 0, 1]`. */
export function counts(told: Told): readonly number[] {
  return Object.values(told).toSorted((a, b) => a - b);
}
