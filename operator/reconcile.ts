import { earliest } from './plan/earliest.ts';
import { sourcesOf } from '../crds/source.ts';
import { standingOf } from './metrics/standing.ts';
import { keepHistory } from './reloads/history.ts';
import { emit } from './kube/events.ts';
import { type Observed, observe } from './observe.ts';
import { plan } from './plan/plan.ts';
import type { Millis, Plan, Progress } from './plan/situation.ts';
import { publish } from './publish.ts';
import { record } from './record.ts';
import { newlyHeard, transitionsOf } from './transitions.ts';
import type { World } from './world.ts';

/** One pass over one policy: observe, plan, record, publish. Answers when to look again. */
export async function reconcile(key: string, world: World): Promise<Millis | null> {
  const observed = await observe(key, world);
  if (observed === null) return null;
  const planned = await planKept(observed, world);

  // A process that was frozen wakes up in the middle of a pass: the Lease is another's by now, and so is the next step.
  if (!world.lead.holds()) return null;
  // Recorded before published: a crash in between repeats an assignment, and never forgets a wave.
  const { policy, lookAgainAt } = await record(observed, planned, world);
  if (!world.lead.holds()) return null;
  publish(observed, planned.assignments, world);
  world.gates.keep(policy, planned.measure);
  // Of a policy that was deleted meanwhile nobody would take it away again.
  if (world.policies.get(key) !== undefined) show(observed, planned, world);

  await keepHistory(observed, policy, planned, world);
  await tell(observed, planned, world);
  await world.publishCa(policy.metadata.namespace);
  await makeBootable(observed, planned.progress, world);
  return earliest([planned.wakeAt, lookAgainAt]);
}

/**
 * What the plan would assign is kept before it is recorded: a revision always exists as objects before anybody runs it. What cannot be kept
 * is held. An edit that waits for its turn is not kept: of a burst, only the one that begins.
 */
async function planKept({ policy, contents, situation }: Observed, { revisions }: World): Promise<Plan> {
  const planned = plan(situation);
  const { stable, candidate } = planned.progress;
  for (const content of contents) {
    if (content.name !== stable && content.name !== candidate) continue;
    const because = await revisions.store(policy.metadata.namespace, content);
    if (because !== null) return plan({ ...situation, source: { kind: 'held', because } });
  }
  return planned;
}

/** Right behind the record, which says it once: what comes later may fail, and the next pass would not count it any more. */
function show({ policy, situation }: Observed, planned: Plan, { metrics }: World): void {
  const { namespace, name } = policy.metadata;
  const before = situation.progress;
  const { progress } = planned;
  metrics.stands(namespace, name, standingOf(situation, planned));
  if (before !== null && before.candidate !== null && progress.rollout > before.rollout) metrics.rolledOut(namespace, name, 'Superseded');
  if (progress.outcome !== null && before?.outcome === null && before.rollout === progress.rollout)
    metrics.rolledOut(namespace, name, progress.outcome);
  for (const heard of newlyHeard(before, progress)) metrics.heard(namespace, name, heard);
}

async function tell({ policy, situation }: Observed, { progress, answer }: Plan, { kube, log, now, lead }: World): Promise<void> {
  const { namespace, name } = policy.metadata;
  const before = situation.progress;
  const { rollout, candidate, stable, because } = progress;
  const fields = { namespace, policy: name, rollout, candidate, stable, because };
  const events = transitionsOf(before, progress, answer);
  // No event, and yet what an engineer looks for: why it waits by now.
  if (events.length === 0 && before?.because !== because) log.info(fields, 'the reason changed');
  for (const event of events) {
    log.info({ ...fields, reason: event.reason }, event.message);
    await emit(kube, policy, event, now(), `epoch-${lead.transitions()}`);
  }
}

/** A pod that starts while nobody answers boots on `<source>-stable`. */
async function makeBootable({ policy, contents }: Observed, { stable }: Progress, world: World): Promise<void> {
  const { revisions, recall, log } = world;
  const { uid, namespace, name } = policy.metadata;
  const content = contents.find((it) => it.name === stable);
  if (content === undefined || (recall.bootable(uid) === content.name && revisions.hasStable(namespace, content))) return;
  const isRival = (other: string, kind: string, source: string) => {
    const entry = world.policies.get(`${namespace}/${other}`);
    return entry?.kind === 'policy' && sourcesOf(entry.policy.spec.sources).some((it) => it.kind === kind && it.name === source);
  };
  const because = await revisions.writeStable({ namespace, policy: name, isRival }, content);
  // Refused, it is tried again by the next pass, and said again only where the reason is another one.
  if (because === null) recall.madeBootable(uid, content.name);
  else if (recall.unbootable.get(uid) !== because) log.error({ namespace, policy: name, stable, because }, 'pods cannot boot on stable');
  if (because === null) recall.unbootable.delete(uid);
  else recall.unbootable.set(uid, because);
}
