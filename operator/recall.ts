import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { ReloadStatus } from '../crds/reload.ts';
import { type Made, openMade } from './kube/made.ts';
import type { Burst } from './observe/burst.ts';
import type { Millis } from './plan/situation.ts';
import type { RevisionContent } from './sources/content.ts';

/**
 * What a leader keeps between passes and could lose: contents of the revisions that are alive, and the policy as it wrote it last, since
 * the watch may still tell of the one before.
 */
export type Recall = {
  readonly content: (policyUid: string, revision: string) => RevisionContent | undefined;
  /** Of all policies. */
  readonly contents: () => readonly RevisionContent[];
  /** Replaces what was kept of the policy: two revisions alive, and the one that the sources say. */
  readonly keep: (policyUid: string, contents: readonly RevisionContent[]) => void;
  /** The newer one of what the watch says and what was written. */
  readonly newest: (watched: ReloadPolicy) => ReloadPolicy;
  readonly wrote: (policy: ReloadPolicy, at: Millis) => void;
  readonly wroteAt: (policyUid: string) => Millis | null;
  /** The revision whose `<source>-stable` objects this leader has seen to. */
  readonly bootable: (policyUid: string) => string | undefined;
  readonly madeBootable: (policyUid: string, revision: string) => void;
  /** Of Reloads: what the watch may not tell of yet. */
  readonly reloads: ReloadsRecall;
  /** By the policy's uid: edits that no rollout was begun for yet. */
  readonly bursts: Map<string, Burst>;
  /** By the policy's uid: why its pods could not boot on stable when it was tried last. */
  readonly unbootable: Map<string, string>;
  readonly forget: (policyUid: string) => void;
};

export type ReloadsRecall = {
  /** By `namespace/name`. */
  readonly made: Made;
  /** By uid: the status that was written. */
  readonly told: Map<string, ReloadStatus>;
};

export function openRecall(): Recall {
  const contents = new Map<string, ReadonlyMap<string, RevisionContent>>();
  const written = new Map<string, ReloadPolicy>();
  const times = new Map<string, Millis>();
  const boots = new Map<string, string>();
  const bursts = new Map<string, Burst>();
  const unbootable = new Map<string, string>();
  return {
    content: (uid, revision) => contents.get(uid)?.get(revision),
    contents: () => [...contents.values()].flatMap((ofPolicy) => [...ofPolicy.values()]),
    keep: (uid, revisions) => contents.set(uid, new Map(revisions.map((revision) => [revision.name, revision]))),
    newest: (watched) => {
      const own = written.get(watched.metadata.uid);
      if (own === undefined) return watched;
      // Comparable since Kubernetes 1.35: for objects of one kind, a larger number is newer.
      if (BigInt(watched.metadata.resourceVersion) < BigInt(own.metadata.resourceVersion)) return own;
      written.delete(watched.metadata.uid);
      return watched;
    },
    wrote: (policy, at) => {
      written.set(policy.metadata.uid, policy);
      times.set(policy.metadata.uid, at);
    },
    wroteAt: (uid) => times.get(uid) ?? null,
    bootable: (uid) => boots.get(uid),
    madeBootable: (uid, revision) => void boots.set(uid, revision),
    reloads: { made: openMade(), told: new Map() },
    bursts,
    unbootable,
    forget: (uid) => {
      for (const kept of [contents, written, times, boots, bursts, unbootable]) kept.delete(uid);
    },
  };
}
