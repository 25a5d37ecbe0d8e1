import { isRefused } from '../kube/errors.ts';
import { pathIn, pathOf } from '../kube/paths.ts';
import { placesOf } from '../rights.ts';
import type { SourceKind } from '../sources/content.ts';
import { kinds } from '../sources/index.ts';
import { KEPT_LABEL, keptName, type SourceRef } from '../sources/revisions.ts';
import type { World } from '../world.ts';
import { isBootable } from './bootable.ts';
import { mountedIn } from './mounted.ts';

export type Collecting = Pick<World, 'kube' | 'rights' | 'sees' | 'policies' | 'reloads' | 'recall' | 'lead' | 'log' | 'now'>;

type Kept = {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string; readonly creationTimestamp: string };
};

const PAGE = 500;
/** What was kept a moment ago may be about to be recorded. It is as much as somebody who edits without end can pile up. */
const YOUNG_MS = 600_000;

/**
 * Deletes the kept revisions that nothing refers to, wherever we may look: no policy, no Reload, no pod, no `<source>-stable`. By our label only.
 * Throws where the API server does not answer; what could not be looked at stays.
 */
export async function collectRevisions(world: Collecting): Promise<void> {
  forgetGone(world);
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    for (const place of placesOf(world.rights, kind)) {
      try {
        await collectFrom(pathIn(resourceOf(kind), place), kind, world);
      } catch (error) {
        // A namespace whose Role is gone: the others are looked at.
        if (place === null || !isRefused(error)) throw error;
      }
    }
  }
}

/** Of a namespace, or of all. */
async function collectFrom(path: string, kind: SourceKind, world: Collecting): Promise<void> {
  let next: string | undefined;
  do {
    const page = await world.kube.list<Kept>(path, {
      query: { labelSelector: `${KEPT_LABEL}=revision`, limit: PAGE, continue: next },
      metadataOnly: true,
    });
    const old = page.items.filter(({ metadata }) => Date.parse(metadata.creationTimestamp) + YOUNG_MS <= world.now());
    for (const [namespace, kept] of Map.groupBy(old, ({ metadata }) => metadata.namespace)) await collectIn(namespace, kind, kept, world);
    next = page.metadata.continue || undefined;
  } while (next !== undefined && world.lead.holds());
}

/** Of Reloads that somebody deleted, nothing is remembered. */
function forgetGone({ reloads, recall }: Collecting): void {
  const there = new Set(reloads.list().map(({ metadata }) => metadata.uid));
  for (const uid of recall.reloads.told.keys()) if (!there.has(uid)) recall.reloads.told.delete(uid);
}

async function collectIn(namespace: string, kind: SourceKind, kept: readonly Kept[], world: Collecting): Promise<void> {
  const isNamed = ({ metadata }: Kept) => namedIn(namespace, world)?.has(`${kind}/${metadata.name}`) ?? true;
  const named = namedIn(namespace, world);
  const unnamed = kept.filter(({ metadata }) => named !== null && !named.has(`${kind}/${metadata.name}`));
  const orphans: Kept[] = [];
  for (const it of unnamed) if (!(await isBootable(kind, namespace, it.metadata.name, world))) orphans.push(it);
  // What pods start on is often all there is, and a list of pods is long.
  if (orphans.length === 0) return;
  const mounted = await mountedIn(namespace, world);
  for (const orphan of orphans) {
    const { name, uid } = orphan.metadata;
    if (mounted.has(`${kind}/${name}`)) continue;
    // A pass may have taken it up while we looked; and who leads no more has no say in it.
    if (isNamed(orphan) || !world.lead.holds()) continue;
    await world.kube.remove(pathOf(resourceOf(kind), { namespace, name }), { preconditions: { uid } });
    world.log.info({ namespace, kind, name }, 'a revision that nothing names any more was deleted');
  }
}

/** By the namespace's policies and Reloads, and by what a pass looks at right now. Null where nobody knows: a policy cannot be read, or none is seen. */
function namedIn(namespace: string, { sees, policies, reloads, recall }: Collecting): ReadonlySet<string> | null {
  if (sees.policiesSince(namespace) === null) return null;
  const entries = policies.list(namespace);
  if (entries.some(({ kind }) => kind === 'unreadable')) return null;
  const ofPolicies = entries.flatMap((entry) => (entry.kind === 'policy' ? (entry.policy.status?.revisions ?? []) : []));
  const ofReloads = reloads.list(namespace).flatMap(({ spec }) => [...(spec.sources ?? []), ...(spec.fromSources ?? [])]);
  const ofPasses = recall.contents().flatMap(({ sources }): readonly SourceRef[] => sources);
  return new Set(
    [...ofPolicies.flatMap(({ sources }) => sources), ...ofReloads, ...ofPasses].flatMap(({ kind, name, digest }) =>
      digest ? [`${kind}/${keptName(name, digest)}`] : [],
    ),
  );
}

function resourceOf(kind: SourceKind) {
  return { apiVersion: 'v1', plural: kinds[kind].plural };
}
