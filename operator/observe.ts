import { millis } from '../crds/duration.ts';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { sourcesOf } from '../crds/source.ts';
import type { Pod } from './kube/pods.ts';
import { matches } from './kube/selector.ts';
import type { Report } from './link/link.ts';
import type { Member, Policy, Revision, Situation, Source } from './plan/situation.ts';
import type { RevisionContent } from './sources/content.ts';
import type { Observed as ObservedSource, Reading } from './sources/read.ts';
import { lastReloadOf } from './reloads/numbers.ts';
import { progressOf } from './status.ts';
import type { World } from './world.ts';

/** Everything a pass looks at, taken together before anything is decided. */
export type Observed = {
  readonly policy: ReloadPolicy;
  readonly situation: Situation;
  readonly reading: Reading;
  readonly observedSources: readonly ObservedSource[];
  readonly pods: ReadonlyMap<string, Pod>;
  /** Of stable, candidate, and what the sources say. */
  readonly contents: readonly RevisionContent[];
};

/** Null where there is no such policy, or it is on its way out: then nothing is assigned any more, and members stay where they are. */
export async function observe(key: string, world: World): Promise<Observed | null> {
  const entry = world.policies.get(key);
  if (entry?.kind !== 'policy' || entry.policy.metadata.deletionTimestamp !== undefined) return null;
  const policy = world.recall.newest(entry.policy);
  const { namespace } = policy.metadata;
  const progress = progressOf(policy.status);

  const read = await world.sources.read(namespace, sourcesOf(policy.spec.sources));
  const { reading, contents, gone } = await contentsOf(policy, read, world);
  const conflict = conflictOf(policy, world);
  const held = conflict ?? gone;
  const pods = podsOf(policy, world.pods.list());
  const fleet = conflict === null ? pods.map((pod) => memberOf(pod, world.link.report(pod.uid), contents)) : [];
  return {
    policy,
    reading,
    contents,
    observedSources: reading.kind === 'unknown' ? (policy.status?.observedSources ?? []) : reading.observed,
    pods: new Map(pods.map((pod) => [pod.uid, pod])),
    situation: {
      policy: planned(policy),
      edited: null,
      source: held === null ? sourceOf(reading) : { kind: 'held', because: held },
      fleet,
      progress,
      lastReload: lastReloadOf(policy, world.reloads.list()),
      // A policy that was just made again knows no more of its members than a new leader does.
      leaderSince: Math.max(world.lead.since, Date.parse(policy.metadata.creationTimestamp ?? '') || 0),
      now: world.now(),
      verbs: null,
      requests: [],
      freeze: null,
      window: { open: true, changesAt: null },
      rolling: null,
      budgets: [],
      measured: null,
      bootable: null,
    },
  };
}

/** Pods of the policy's own namespace that have neither ended nor are on their way out. */
export function podsOf({ metadata, spec }: ReloadPolicy, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(
    (pod) =>
      pod.namespace === metadata.namespace && !pod.terminating && pod.phase !== 'ended' && matches(spec.targets.selector, pod.labels),
  );
}

function planned({ spec }: ReloadPolicy): Policy {
  return {
    waves: spec.waves.map(({ upTo, bake }) => ({ upTo, bakeMs: millis(bake), approval: false, spread: null })),
    timeoutMs: millis(spec.handle.timeout),
    retries: spec.handle.retries,
    restarts: spec.gates.readiness.restarts,
    maxUnavailable: spec.maxUnavailable,
    maxFailures: spec.maxFailures,
    paused: spec.paused,
    trigger: { quietMs: 0, maxWaitMs: 0, minIntervalMs: 0 },
    deadlineMs: 3_600_000,
    onFailure: 'Rollback',
    onNewRevision: 'Supersede',
    gates: [],
  };
}

function sourceOf(reading: Reading): Source {
  return reading.kind === 'present'
    ? { kind: 'present', revision: reading.revision.name }
    : { kind: reading.kind, because: reading.because };
}

/** What the alive revisions are made of: from recall, or digested again from the objects that keep them; or which of these are gone. */
async function contentsOf(
  { metadata, status }: ReloadPolicy,
  read: Reading,
  world: World,
): Promise<{ reading: Reading; contents: readonly RevisionContent[]; gone: string | null }> {
  const present = read.kind === 'present' ? read.revision : undefined;
  const alive = [status?.stableRevision, status?.candidateRevision].filter((name) => name !== undefined);
  const loaded = await Promise.all(
    [...new Set(alive)].map(async (name) => {
      if (name === present?.name) return present;
      return world.recall.content(metadata.uid, name) ?? (await load(name));
    }),
  );
  const found = loaded.filter((it) => typeof it !== 'string');
  // Equal bytes are an equal revision, whatever names them: another digest key, or an optional source that is there and empty.
  const same = found.find(({ content }) => content === present?.content);
  const reading = read.kind === 'present' && same ? { ...read, revision: { ...read.revision, name: same.name } } : read;
  const contents = present && !same ? [...found, present] : found;
  world.recall.keep(metadata.uid, contents);
  return { reading, contents, gone: loaded.filter((it) => typeof it === 'string').join('; ') || null };

  async function load(name: Revision): Promise<RevisionContent | string> {
    const sources = status?.revisions?.find((revision) => revision.name === name)?.sources;
    if (sources === undefined) return `status.revisions does not say what ${name} is made of`;
    const content = await world.revisions.load(metadata.namespace, sources);
    if (typeof content === 'string') return content;
    return { ...content, name };
  }
}

/** Two policies that claim one pod: the older one has it, and the other one sends nothing at all. */
function conflictOf(policy: ReloadPolicy, world: World): string | null {
  const older = world.policies
    .list()
    .flatMap((entry) => (entry.kind === 'policy' && isOlder(entry.policy, policy) ? [entry.policy] : []))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (older.length === 0) return null;
  const mine = podsOf(policy, world.pods.list());
  for (const other of older) {
    const shared = mine.find((pod) => matches(other.spec.targets.selector, pod.labels));
    if (shared)
      return `conflict: pod ${shared.name} is a member of the older policy ${other.metadata.name} too, so that this one sends nothing`;
  }
  return null;
}

function isOlder({ metadata: a }: ReloadPolicy, { metadata: b }: ReloadPolicy): boolean {
  if (a.namespace !== b.namespace || a.uid === b.uid) return false;
  const [bornA, bornB] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  return bornA < bornB || (bornA === bornB && a.name < b.name);
}

function memberOf(pod: Pod, report: Report | undefined, contents: readonly RevisionContent[]): Member {
  const named = (content: string) => contents.find((it) => it.content === content)?.name;
  return {
    uid: pod.uid,
    name: pod.name,
    bornAt: pod.bornAt,
    managed: pod.managed,
    phase: pod.phase === 'Running' ? 'running' : 'booting',
    ready: pod.containers.length > 0 && pod.containers.every(({ ready }) => ready),
    startedAt: pod.containers.flatMap(({ startedAt }) => startedAt ?? []),
    topology: {},
    link: report?.link ?? { kind: 'unreported' },
    running: report ? { revision: runningOf(report, named), at: report.running?.at ?? 0, proof: report.running?.proof ?? 'Booted' } : null,
    asked: report?.asked
      ? { revision: named(report.asked.content) ?? report.asked.revision, attempt: report.asked.attempt, at: report.asked.at }
      : null,
    refused: report?.refused ? { ...report.refused, revision: named(report.refused.content) ?? report.refused.revision } : null,
  };
}

function runningOf({ running }: Report, named: (content: string) => string | undefined): Revision | null {
  return running === null ? null : (named(running.content) ?? 'other');
}
