import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { sourcesOf } from '../../crds/source.ts';
import type { Revision } from '../plan/situation.ts';
import type { RevisionContent } from '../sources/content.ts';
import type { Reading } from '../sources/read.ts';
import type { SourceRef } from '../sources/revisions.ts';
import type { World } from '../world.ts';

export type Contents = {
  readonly reading: Reading;
  /** What the revisions that a pass may name are made of. */
  readonly contents: readonly RevisionContent[];
  /** Why stable or the candidate is not to be had; null where they are. */
  readonly gone: string | null;
  /** What pods start on, for a policy that knows no stable. */
  readonly bootable: Revision | null;
  /** Of those that are wanted: why one is not to be had. */
  readonly missing: ReadonlyMap<Revision, string>;
};

/** Kept revisions that a pass may go to besides stable and the candidate, and what they are made of. */
export type Wanted = ReadonlyMap<Revision, readonly SourceRef[]>;

/** What the alive revisions are made of, what the sources say, and what is wanted besides. */
export async function contentsOf(policy: ReloadPolicy, read: Reading, wanted: Wanted, world: World): Promise<Contents> {
  const { metadata, status } = policy;
  const present = read.kind === 'present' ? read.revision : undefined;
  const alive = [status?.stableRevision, status?.candidateRevision].filter((name) => name !== undefined);
  const named = [...new Set([...alive, ...wanted.keys()])];
  const loaded = await Promise.all(
    named.map(async (name): Promise<readonly [Revision, RevisionContent | string]> => {
      if (name === present?.name) return [name, present];
      const content = await loadRevision(policy, name, wanted, world);
      return [name, alive.includes(name) ? content : unlessQuarantined(policy, content, world)];
    }),
  );
  const found = loaded.flatMap(([, it]) => (typeof it === 'string' ? [] : [it]));
  const missing = new Map(loaded.flatMap(([name, it]) => (typeof it === 'string' ? [[name, it] as const] : [])));

  const boots = status?.stableRevision === undefined ? await bootableOf(policy, world) : null;
  const others = [...(present ? [present] : []), ...(boots ? [boots] : [])];
  const contents = others.reduce((all, it) => (sameAs(it, all) ? all : [...all, it]), found);
  world.recall.keep(metadata.uid, contents);
  return {
    reading: read.kind === 'present' ? { ...read, revision: sameAs(read.revision, contents) ?? read.revision } : read,
    contents,
    gone: alive.flatMap((name) => missing.get(name) ?? []).join('; ') || null,
    bootable: boots === null ? null : (sameAs(boots, contents)?.name ?? boots.name),
    missing,
  };
}

/** From recall, or digested again from the objects that keep it; a sentence where they are gone. */
async function loadRevision(
  { metadata, status }: ReloadPolicy,
  name: Revision,
  wanted: Wanted,
  world: World,
): Promise<RevisionContent | string> {
  const recalled = world.recall.content(metadata.uid, name);
  if (recalled !== undefined) return recalled;
  const recorded = status?.revisions?.find((revision) => revision.name === name)?.sources;
  const sources = recorded ?? wanted.get(name);
  if (sources === undefined) return `status.revisions does not say what ${name} is made of`;
  if (sources.some(({ kind }) => kind === 'Secret') && !world.sees.secrets(metadata.namespace))
    return `revision ${name} has Secrets, which the operator may not read in ${metadata.namespace}`;
  const content = await world.revisions.load(metadata.namespace, sources);
  if (typeof content === 'string') return content;
  // What status names we named ourselves; a history may be made up.
  if (recorded === undefined && content.name !== name)
    return `revision ${name} is not what it says: its content is that of ${content.name}`;
  return { ...content, name };
}

/** Its content may have failed by another name: before the digest key was another one, say. */
function unlessQuarantined(
  { status }: ReloadPolicy,
  content: RevisionContent | string,
  { revisions }: Pick<World, 'revisions'>,
): RevisionContent | string {
  if (typeof content === 'string') return content;
  const name = revisions.nameOf(content);
  const failed = name === content.name ? undefined : status?.quarantined?.find(({ revision }) => revision === name);
  if (failed === undefined) return content;
  const where = failed.rollout === undefined ? '' : `. Retry it on the Reload of rollout ${failed.rollout}`;
  return `revision ${content.name} has the content of ${name}, which is in quarantine: ${failed.because}${where}`;
}

function bootableOf({ metadata: { namespace, name }, spec }: ReloadPolicy, { revisions }: World): Promise<RevisionContent | null> {
  return revisions.loadStable({ namespace, policy: name }, sourcesOf(spec.sources));
}

/** Equal bytes are an equal revision, whatever names them: another digest key, or an optional source that is there and empty. */
function sameAs({ content }: RevisionContent, contents: readonly RevisionContent[]): RevisionContent | undefined {
  return contents.find((it) => it.content === content);
}
