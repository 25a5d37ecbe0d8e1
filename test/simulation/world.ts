import { keptName } from '../../operator/sources/revisions.ts';
import type { RevisionContent } from '../../operator/sources/content.ts';
import { type Api, openApi, SOURCE } from './api.ts';
import { revisionFor, type Text } from './content.ts';
import { tellCluster } from './cluster.ts';
import type { Operator } from './operator.ts';
import type { Pod } from './pod.ts';
import { openPromises, type Promises } from './promises.ts';
import type { Stream } from './stream.ts';
import { openTime, type Time } from './time.ts';

/** Everything that there is: an API server, pods with their sidecars, streams, and one operator that leads and maybe one that did. */
export type World = {
  readonly time: Time;
  /** The operators' and the kubelet's clock, in ms since 1970. */
  readonly wall: () => number;
  /** How far that clock was set forward, or back. */
  clockStep: number;
  readonly api: Api;
  readonly pods: Map<string, Pod>;
  readonly streams: Stream[];
  leader: Operator | null;
  /** It has lost the Lease, and goes on as if it had not. */
  old: Operator | null;
  /** Of the Lease. */
  transitions: number;
  /** Pods so far: a name that comes again is another pod. */
  born: number;
  /** The template that the Deployment makes new pods of. */
  template: number;
  /** What a PodDisruptionBudget wants Ready; null: there is none. */
  budget: number | null;
  readonly promises: Promises;
  /** Happenings so far. */
  steps: number;
  /** What happened, and what followed from it, to be read by a person. */
  readonly told: string[];
  /** What went wrong first. */
  failure: unknown;
  readonly failed: (error: unknown) => void;
  /** What the source said under that digest. */
  readonly textOf: (content: string | null) => string;
  /** The digest of what that revision says; null where the source never said so. */
  readonly contentOf: (revision: string | undefined) => string | null;
  readonly revisionOf: (content: string) => string | null;
  /** The name of the object that keeps it. */
  readonly objectOf: (revision: string | undefined) => string | null;
  readonly say: (text: Text) => void;
};

const START = Date.parse('2026-11-24T12:00:00Z');

export function openWorld(): World {
  const time = openTime();
  const texts = new Map<string, string>();
  const names = new Map<string, string>();
  const revisions = new Map<string, RevisionContent>();
  const world: World = {
    time,
    wall: () => START + time.now() + world.clockStep,
    clockStep: 0,
    api: openApi(),
    pods: new Map(),
    streams: [],
    leader: null,
    old: null,
    transitions: 0,
    born: 0,
    template: 1,
    budget: null,
    promises: openPromises(() => world),
    steps: 0,
    told: [],
    failure: null,
    failed: (error) => {
      world.failure ??= error;
    },
    textOf: (content) => {
      const text = texts.get(content ?? '');
      if (text === undefined) throw new Error(`no text has the content ${content}`);
      return text;
    },
    contentOf: (revision) => revisions.get(revision ?? '')?.content ?? null,
    revisionOf: (content) => names.get(content) ?? null,
    objectOf: (revision) => {
      const digest = revisions.get(revision ?? '')?.sources[0]?.digest;
      return digest == null ? null : keptName(SOURCE, digest);
    },
    say: (text) => {
      const revision = revisionFor(text);
      texts.set(revision.content, text);
      revisions.set(revision.name, revision);
      names.set(revision.content, revision.name);
    },
  };
  tellCluster(world);
  return world;
}
