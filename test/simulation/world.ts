import { type Api, openApi } from './api.ts';
import { revisionFor, type Text } from './content.ts';
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
  /** How far that clock was set forward. */
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
  readonly say: (text: Text) => void;
};

const START = Date.parse('2026-11-24T12:00:00Z');

export function openWorld(): World {
  const time = openTime();
  const texts = new Map<string, string>();
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
    say: (text) => void texts.set(revisionFor(text).content, text),
  };
  return world;
}
