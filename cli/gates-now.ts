import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Gate as Measurable, GatesSpec } from '../operator/gates/gate.ts';
import { httpGate } from '../operator/gates/http.ts';
import { metricsGate } from '../operator/gates/metrics.ts';
import { slots } from '../operator/gates/slots.ts';
import type { Kube } from '../operator/kube/client.ts';
import type { Pod } from '../operator/kube/pods.ts';
import { planned } from '../operator/observe/planned.ts';
import { wrongOf } from '../operator/plan/gates.ts';
import type { Measurement } from '../operator/plan/situation.ts';
import { sentenceOf } from './sentence.ts';
import { serviceIn, throughPods, throughServices } from './through.ts';

/** A gate that is measured in bakes: what holds of it now, as far as it can be measured from here. */
export type GateNow = { readonly name: string; readonly now: string };

type HttpSpec = NonNullable<GatesSpec['http']>[number];
type MetricsSpec = NonNullable<GatesSpec['metrics']>[number];

/** So many members are asked: enough to see what they answer. */
const MEMBERS = 10;
const WITHIN_MS = 10_000;

/** Measured and judged by the operator's own code; members that run stable stand for the canary and for whom it is compared with. */
export async function gatesNow(kube: Kube, policy: ReloadPolicy, pods: readonly Pod[]): Promise<readonly GateNow[]> {
  const { http = [], metrics = [], job } = policy.spec.gates;
  const asked = pods.filter(({ managed, ip }) => managed && ip !== null).slice(0, MEMBERS);
  return [
    ...(await Promise.all(http.map(async (spec) => ({ name: spec.name, now: await httpNow(kube, policy, spec, asked) })))),
    ...(await Promise.all(metrics.map(async (spec) => ({ name: spec.name, now: await metricsNow(kube, policy, spec, asked) })))),
    ...(job ? [{ name: 'job', now: `its Job runs in each bake and no sooner${lastSaid(policy, 'job')}` }] : []),
  ];
}

async function httpNow(kube: Kube, policy: ReloadPolicy, spec: HttpSpec, pods: readonly Pod[]): Promise<string> {
  if (pods.length === 0) return 'there is no member to ask now';
  const ask = throughPods(kube, policy.metadata.namespace);
  const gate = httpGate(spec, { ask, podOf: podOf(pods), inTurn: slots(1) });
  return await measured(gate, policy, pods, `holds now, of ${pods.length} ${pods.length === 1 ? 'member' : 'members'} asked`);
}

async function metricsNow(kube: Kube, policy: ReloadPolicy, spec: MetricsSpec, pods: readonly Pod[]): Promise<string> {
  const { address, query, token } = spec.prometheus;
  const byOperator = (because: string) => `the operator alone measures it: ${because}${lastSaid(policy, spec.name)}`;
  if (token !== undefined) return byOperator(`it has the token in Secret ${token.secret.name}`);
  if (serviceIn(new URL(address).hostname) === null) return byOperator(`${new URL(address).host} is outside of the cluster`);
  // The API server, which asks it for us, trusts whatever certificate a Service has.
  const gate = metricsGate({ ...spec, prometheus: { address, query } }, { kube, ask: throughServices(kube), podOf: podOf(pods) });
  const bounds = [spec.min === undefined ? [] : `at least ${spec.min}`, spec.max === undefined ? [] : `at most ${spec.max}`].flat();
  return await measured(gate, policy, pods, (values) => `${values} now, where ${bounds.join(' and ')} is asked`);
}

type Words = string | ((values: string) => string);

async function measured(gate: Measurable, policy: ReloadPolicy, pods: readonly Pod[], holds: Words): Promise<string> {
  const uids = pods.map(({ uid }) => uid);
  const measure = { rollout: 0, wave: 0, since: 0, candidate: '', canary: uids, control: uids };
  try {
    const outcome = await gate.measure({ policy, measure }, AbortSignal.timeout(WITHIN_MS));
    const measurement = { ...outcome, at: 0 } as Measurement;
    if (measurement.kind === 'unknown') return `not known now: ${measurement.because}${lastSaid(policy, gate.name)}`;
    const plan = planned(policy.spec);
    const judged = plan.gates.find(({ name }) => name === gate.name);
    const wrong = judged ? wrongOf(judged, measurement, { situation: { policy: plan } }) : null;
    if (wrong !== null) return `does not hold now: ${wrong}`;
    return typeof holds === 'string' ? holds : holds(measurement.kind === 'values' ? measurement.values.join(', ') || 'no data' : '');
  } catch (error) {
    return `cannot be measured from here: ${sentenceOf(error)}${lastSaid(policy, gate.name)}`;
  }
}

/** By the last bake in which it was measured. */
function lastSaid({ status }: ReloadPolicy, name: string): string {
  const last = status?.gates?.find((it) => it.name === name);
  return last ? `; in its last bake: ${last.verdict}, ${last.because.replace(`gate ${name}: `, '')}` : '';
}

/** Through the API server a pod is found by its name, and not by its address. */
function podOf(pods: readonly Pod[]) {
  const byUid = new Map(pods.map(({ uid, name }) => [uid, { name, ip: name }]));
  return (uid: string) => byUid.get(uid);
}
