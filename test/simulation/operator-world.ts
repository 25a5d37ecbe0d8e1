import type { Gates } from '../../operator/gates/measuring.ts';
import { KubeError } from '../../operator/kube/errors.ts';
import type { Log } from '../../operator/link/counters.ts';
import type { Report } from '../../operator/link/report.ts';
import { budgetsOver } from '../../operator/observe/budgets.ts';
import { freezeIn, freezeOf } from '../../operator/observe/freeze.ts';
import { openRecall } from '../../operator/recall.ts';
import { ALL_RIGHTS, SEES_ALL } from '../../operator/rights.ts';
import { sourceReader, type SourceReader } from '../../operator/sources/read.ts';
import { openRevisions } from '../../operator/sources/revisions.ts';
import { openStables } from '../../operator/sources/stable.ts';
import type { World as OperatorWorld } from '../../operator/world.ts';
import { POLICY, SYSTEM } from './api.ts';
import { DIGEST_KEY, textOfBytes } from './content.ts';
import { ask, kubeOf } from './kube.ts';
import type { Operator } from './operator.ts';
import type { World } from './world.ts';

export const RAISE = 'raise the Lease';

/** All that a pass may touch, made of the little that there is. */
export function worldOf(
  world: World,
  self: () => Operator,
  gates: Gates,
): OperatorWorld & { readonly sources: Pick<SourceReader, 'forget'> } {
  const kube = kubeOf(world, self);
  const versionOf = (kind: string, _: string, name: string) =>
    kind === 'ConfigMap' ? (self().watches.configmaps.known.get(name)?.metadata.resourceVersion ?? null) : null;
  const freezes = { get: (name: string) => freezeIn(self().watches.namespaces.known.get(name)?.annotations) };
  const reader = sourceReader(kube, versionOf, DIGEST_KEY);

  return {
    kube,
    namespace: SYSTEM,
    rights: ALL_RIGHTS,
    sees: SEES_ALL,
    policies: {
      get: () => {
        const policy = newest(self());
        self().observed = { ...self().observed, policy };
        const known = self().watches.policies.known.get(POLICY);
        return known && { kind: 'policy', policy: known };
      },
      list: () => [...self().watches.policies.known.values()].map((policy) => ({ kind: 'policy', policy })),
    },
    reloads: {
      get: (key) => self().watches.reloads.known.get(key.split('/')[1] ?? ''),
      list: () => [...self().watches.reloads.known.values()],
    },
    pods: {
      get: () => undefined,
      list: () => {
        look(world, self(), freezes.get);
        return [...self().watches.pods.known.values()];
      },
    },
    freezes,
    nodes: { get: (name) => self().watches.nodes.known.get(name) },
    budgets: { list: () => [...self().watches.budgets.known.values()] },
    gates: {
      keep: gates.keep,
      measured: (uid) => {
        const measured = gates.measured(uid);
        self().observed = { ...self().observed, measured };
        return measured;
      },
    },
    link: {
      report: (uid) => self().roster.report(uid),
      assign: (uid, assignment, bytes) => {
        world.promises.assigns(self(), assignment);
        self().isPublishing = true;
        self().roster.assign(uid, assignment, bytes);
        self().isPublishing = false;
      },
      withdraw: (uid) => self().roster.withdraw(uid),
    },
    sources: {
      forget: reader.forget,
      read: async (namespace, sources) => {
        const reading = await reader.read(namespace, sources);
        const text = reading.kind === 'present' ? textOfBytes(reading.revision.sources[0]?.files[0]?.bytes) : null;
        self().observed = { ...self().observed, text, isGone: reading.kind === 'held' };
        world.promises.reads(self(), text);
        return reading;
      },
    },
    revisions: {
      ...openRevisions(kube, DIGEST_KEY, (kind, namespace, name) => versionOf(kind, namespace, name) !== null, world.wall),
      ...openStables(kube, DIGEST_KEY, versionOf),
    },
    recall: openRecall(),
    publishCa: async () => {},
    metrics: { stands() {}, rolledOut() {}, heard() {} } as unknown as OperatorWorld['metrics'],
    log: logOf(world, self) as unknown as OperatorWorld['log'],
    now: world.wall,
    get lead() {
      return { transitions: () => self().epoch, since: self().since, holds: () => !self().hasNoticed, raiseAbove };
    },
  };

  /** By compare-and-swap, so that one who has lost the Lease cannot. */
  async function raiseAbove(seen: number): Promise<void> {
    const operator = self();
    if (seen < operator.epoch) return;
    operator.epoch = await ask(operator, RAISE, () => {
      if (world.leader !== operator) throw new KubeError('the Lease is held by another', { status: 409, reason: 'Conflict' });
      world.transitions = Math.max(world.transitions, seen) + 1;
      return world.transitions;
    });
    operator.roster.lead(operator.epoch);
  }
}

/** All that it says goes into a log that people read. */
export function logOf(world: World, self: () => Operator): Log {
  const say = (fields: object, message: string) => world.promises.speaks(self(), { ...fields, message }, 'log');
  return { debug: say, info: say, warn: say, error: say };
}

/** The pass takes the newer one of what the watch says and what it wrote. */
function newest({ watches, wrote }: Operator): NonNullable<Operator['wrote']> | null {
  const known = watches.policies.known.get(POLICY);
  if (known === undefined || wrote === null || wrote.metadata.uid !== known.metadata.uid) return known ?? null;
  return Number(wrote.metadata.resourceVersion) > Number(known.metadata.resourceVersion) ? wrote : known;
}

/** Taken together with the pods: between these looks nothing happens. */
function look(world: World, operator: Operator, frozenBy: (name: string) => string | null): void {
  const { watches, roster, observed } = operator;
  const selected = [...watches.pods.known.values()];
  const pods = selected.filter(({ terminating }) => !terminating);
  operator.observed = {
    ...observed,
    selected,
    pods,
    reports: new Map(pods.flatMap(({ uid }) => [[uid, roster.report(uid)] as const]).filter(isReported)),
    reloads: new Map(watches.reloads.known),
    freeze: freezeOf('shop', SYSTEM, frozenBy),
    budgets: budgetsOver(pods, [...watches.budgets.known.values()]),
    at: world.wall(),
  };
}

function isReported(entry: readonly [string, Report | undefined]): entry is [string, Report] {
  return entry[1] !== undefined;
}
