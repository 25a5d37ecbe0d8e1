import type { KubeObject } from '../../operator/kube/watch-events.ts';
import type { Cluster } from './cluster.ts';
import { isReady, linesOf, type Pod, pidOf, restartsOf } from './containers.ts';
import { kubectl, onCluster } from './kubectl.ts';
import { keepLogs } from './said.ts';
import { until } from './until.ts';

/** The operator in its two pods, as the chart installs it, but with a short Lease so that a takeover takes 5 s. */
export type Operator = {
  /** The pod of the process that holds the Lease. */
  readonly leader: () => Pod;
  /** Of the process that holds the Lease: another one even where it runs in the same pod again. */
  readonly identity: () => string;
  readonly pods: () => readonly Pod[];
  /** Two replicas are Ready, and one leads: whatever the story before did to them. */
  readonly settle: () => Promise<void>;
  /** kill -9 of the leader's process. The kubelet starts it again; meanwhile the other replica takes over. */
  readonly killLeader: () => void;
  /** When another process than `identity` holds the Lease. */
  readonly otherLeads: (identity: string) => Promise<void>;
  /** Members of that namespace whose streams the leader has, by its log. */
  readonly connected: (namespace: string) => ReadonlySet<string>;
  /** What the leader answers at /metrics. */
  readonly metrics: () => Promise<string>;
};

type Lease = KubeObject & { readonly spec?: { readonly holderIdentity?: string } };

export const SYSTEM = 'fleet-reload-system';
const CHART = `${import.meta.dirname}/../../charts/fleet-reload`;
const QUICK = ['lease.duration=4s', 'lease.renewDeadline=3s', 'lease.retryPeriod=500ms'];
/** What stories need beside: some roll out a Secret. */
const ALLOWED = ['secrets.enabled=true'];
const LEADER = 'fleetreload.dev/leader';

/** Our release: nothing changes where it is installed. */
export async function installOperator(cluster: Cluster): Promise<Operator> {
  await applyOperator();
  return await followOperator(cluster);
}

/** The one that is installed already, whoever did it. */
export async function followOperator({ follow }: Cluster): Promise<Operator> {
  const all = await follow<Pod>(`/api/v1/namespaces/${SYSTEM}/pods`, keepLogs);
  const leases = await follow<Lease>(`/apis/coordination.k8s.io/v1/namespaces/${SYSTEM}/leases`);
  const pods = () => all.list().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const identity = () => leases.get(`${SYSTEM}/fleet-reload`)?.spec?.holderIdentity ?? '';
  const holder = () => pods().find(({ metadata }) => identity().startsWith(`${metadata.name}_`));
  const leader = () => {
    const pod = holder();
    if (!pod) throw new Error(`no pod of ours holds the Lease: '${identity()}' does`);
    return pod;
  };
  const isSettled = () => {
    return pods().length === 2 && pods().every(isReady) && holder()?.metadata.labels?.[LEADER] === 'true';
  };
  const operator: Operator = {
    leader,
    identity,
    pods,
    settle: async () => {
      // The kubelet starts a container again at once, but makes it wait the second time; a new pod starts at once.
      const restarted = pods().filter((pod) => restartsOf(pod, 'operator') > 1);
      if (restarted.length > 0)
        await kubectl(['delete', 'pod', '-n', SYSTEM, '--wait=false', ...restarted.map(({ metadata }) => metadata.name)]);
      await until('two replicas are Ready, and one leads', isSettled, 90_000);
    },
    killLeader: () => process.kill(pidOf(leader(), 'operator'), 'SIGKILL'),
    otherLeads: (before) =>
      until(`another process than ${before} leads`, () => identity() !== before && holder()?.metadata.labels?.[LEADER] === 'true', 60_000),
    connected: (namespace) => {
      const pod = holder();
      return pod ? connectedIn(linesOf(pod, 'operator'), namespace) : new Set();
    },
    metrics: async () => await (await fetch(`http://${leader().status?.podIP}:9090/metrics`)).text(),
  };
  await operator.settle();
  return operator;
}

/** Installs or upgrades our release, and waits until it is ready. What a story took away or changed is put back. */
export async function applyOperator(values: readonly string[] = []): Promise<void> {
  await applyChart(CHART, [...ALLOWED, ...values]);
}

/** The same with another chart, which may not know what stories need. */
export async function applyChart(chart: string, values: readonly string[]): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM, labels } }));
  // The definitions of our kinds may be there by kubectl, of a test of the API alone; and what a story wrote is written over.
  const there = ['--take-ownership', '--force-conflicts'];
  const set = [...QUICK, ...values].flatMap((value) => ['--set', value]);
  await helm('upgrade', chart, '--install', '--wait', '--timeout=2m', ...there, ...set);
}

/** `helm VERB fleet-reload ARGS`. */
export function helm(verb: string, ...args: readonly string[]): Promise<string> {
  return onCluster('helm', verb, 'fleet-reload', ...args, '--namespace', SYSTEM);
}

function connectedIn(log: readonly string[], namespace: string): ReadonlySet<string> {
  const members = new Set<string>();
  for (const line of log) {
    if (!line.includes('"member connected"') && !line.includes('"member away"')) continue;
    const said = JSON.parse(line) as { readonly namespace: string; readonly member: string; readonly msg: string };
    if (said.namespace !== namespace) continue;
    if (said.msg === 'member connected') members.add(said.member);
    else members.delete(said.member);
  }
  return members;
}
