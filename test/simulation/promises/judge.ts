import type { Assign } from '../../../sidecar/protocol.ts';
import type { Pod } from '../pod.ts';
import type { World } from '../world.ts';

export class Broken extends Error {
  override readonly name = 'Broken';
  readonly promise: string;
  constructor(promise: string, fact: string) {
    super(`${promise}: ${fact}`);
    this.promise = promise;
  }
}

/** What all promises are judged with. */
export type Judge = {
  readonly world: () => World;
  readonly broken: (promise: string, fact: string) => void;
  readonly check: (promise: string, holds: boolean, fact: () => string) => void;
  /** A consequence, for who reads the story. */
  readonly note: (line: string) => void;
  /** What the source said under that digest. */
  readonly textOf: (content: string | null) => string;
  /** The digest of a revision's content; null for one that nobody knows. */
  readonly contentOf: (revision: string | undefined) => string | null;
  /** The name of the revision of that content; null where nobody knows it. */
  readonly revisionOf: (content: string) => string | null;
  /** `UID CONTENT` and `UID CONTENT PROOF` of all that sidecars ever said of themselves. */
  readonly said: Set<string>;
  /** Of each sidecar, the last frames that it heard. */
  readonly heardBy: (pod: Pod) => Assign[];
};

export function openJudge(world: () => World): Judge {
  const broken = (promise: string, fact: string) => world().failed(new Broken(promise, fact));
  const frames = new Map<string, Assign[]>();
  return {
    world,
    broken,
    check: (promise, holds, fact) => {
      if (!holds) broken(promise, fact());
    },
    note: (line) => void world().told.push(`  ${line}`),
    textOf: (content) => (content === null ? 'none' : world().textOf(content)),
    contentOf: (revision) => world().contentOf(revision),
    revisionOf: (content) => world().revisionOf(content),
    said: new Set(),
    heardBy: ({ uid }) => {
      const heard = frames.get(uid) ?? [];
      frames.set(uid, heard);
      return heard;
    },
  };
}
