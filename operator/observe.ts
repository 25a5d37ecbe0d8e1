import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { sourcesOf } from '../crds/source.ts';
import type { Pod } from './kube/pods.ts';
import { budgetsOver } from './observe/budgets.ts';
import { type Burst, burstOf } from './observe/burst.ts';
import { conflictOf } from './observe/conflict.ts';
import { contentsOf } from './observe/contents.ts';
import { isMember, memberOf, type Naming, selectedPods } from './observe/fleet.ts';
import { freezeOf } from './observe/freeze.ts';
import { lackingOf } from './observe/lacking.ts';
import { planned } from './observe/planned.ts';
import { rollingOf } from './observe/rolling.ts';
import { spreadsOf, topologyOf } from './observe/topology.ts';
import { windowOf } from './observe/windows.ts';
import { wishesOf } from './observe/wishes.ts';
import type { Millis, Progress, Situation, Source } from './plan/situation.ts';
import type { RevisionContent } from './sources/content.ts';
import type { Observed as ObservedSource, Reading } from './sources/read.ts';
import { lastReloadOf } from './reloads/numbers.ts';
import { verbsOf } from './reloads/said.ts';
import { progressOf } from './status.ts';
import type { World } from './world.ts';

/** Everything a pass looks at, taken together before anything is decided. */
export type Observed = {
  readonly policy: ReloadPolicy;
  readonly situation: Situation;
  readonly reading: Reading;
  readonly observedSources: readonly ObservedSource[];
  readonly pods: ReadonlyMap<string, Pod>;
  /** Of stable, candidate, what the sources say, what pods start on, and what a person wants. */
  readonly contents: readonly RevisionContent[];
};

/** Null where there is no such policy, or it is on its way out: then nothing is assigned any more, and members stay where they are. */
export async function observe(key: string, world: World): Promise<Observed | null> {
  const entry = world.policies.get(key);
  if (entry?.kind !== 'policy' || entry.policy.metadata.deletionTimestamp !== undefined) return null;
  const policy = world.recall.newest(entry.policy);
  const { uid, name, namespace, creationTimestamp } = policy.metadata;
  const progress = progressOf(policy.status);

  const lacking = lackingOf(policy, world.sees);
  const read = lacking === null ? await world.sources.read(namespace, sourcesOf(policy.spec.sources)) : unread(lacking, policy);
  const reloads = world.reloads.list(namespace);
  const { requests, wanted } = wishesOf(policy, reloads, world);
  const { reading, contents, gone, bootable, missing } = await contentsOf(policy, read, wanted, world);
  const now = world.now();
  const spec = planned(policy.spec);
  const spreads = spreadsOf(spec.waves);
  const windows = windowOf(policy.spec.windows, now);

  const selected = selectedPods(policy, world.pods.list(namespace));
  const pods = selected.filter(isMember);
  const conflict = conflictOf(policy, pods, world);
  const fleet = conflict === null ? pods : [];
  const held = conflict ?? lacking ?? gone;
  const named: Naming = (content) => contents.find((it) => it.content === content)?.name;
  return {
    policy,
    reading,
    contents,
    observedSources: reading.kind === 'unknown' ? (policy.status?.observedSources ?? []) : reading.observed,
    pods: new Map(pods.map((pod) => [pod.uid, pod])),
    situation: {
      policy: spec,
      edited: editedOf(uid, reading, progress, now, world),
      source: held === null ? sourceOf(reading) : { kind: 'held', because: held },
      fleet: fleet.map((pod) =>
        memberOf(pod, world.link.report(pod.uid), topologyOf(pod, spreads, world.nodes.get), named, policy.spec.handle.signal?.container),
      ),
      progress,
      lastReload: lastReloadOf(policy, reloads, progress?.rollout ?? null),
      // A policy that was just made again, or is of a namespace that has just let us in, knows no more of its members than a new leader does.
      leaderSince: Math.max(world.lead.since, Date.parse(creationTimestamp ?? '') || 0, world.sees.policiesSince(namespace) ?? now),
      now,
      verbs: verbsOf(world.reloads.get(`${namespace}/${name}-${progress?.rollout ?? 0}`), name),
      requests: requests.map((request) => ({ ...request, missing: request.missing ?? missing.get(request.revision) ?? null })),
      freeze: freezeOf(namespace, world.namespace, world.freezes.get),
      window: windows.kind === 'window' ? windows.window : { open: false, changesAt: null, mistake: windows.because },
      rolling: rollingOf(selected, now),
      budgets: budgetsOver(fleet, world.budgets.list(namespace)),
      measured: world.gates.measured(policy),
      bootable,
    },
  };
}

/** What it may not look at has not changed either. */
function unread(because: string, { status }: ReloadPolicy): Reading {
  return { kind: 'held', because, observed: status?.observedSources ?? [] };
}

function sourceOf(reading: Reading): Source {
  return reading.kind === 'present'
    ? { kind: 'present', revision: reading.revision.name }
    : { kind: reading.kind, because: reading.because };
}

/** What cannot be read, or is gone, is no edit, and ends none. */
function editedOf(uid: string, reading: Reading, progress: Progress | null, now: Millis, { recall }: World): Situation['edited'] {
  const before = recall.bursts.get(uid) ?? null;
  const burst: Burst | null = reading.kind === 'present' ? burstOf(before, reading.revision.name, progress, now) : before;
  if (burst === null) recall.bursts.delete(uid);
  else recall.bursts.set(uid, burst);
  return burst === null ? null : { first: burst.first, last: burst.last };
}
