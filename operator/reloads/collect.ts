import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { pathOf } from '../kube/paths.ts';
import { kinds } from '../sources/index.ts';
import { KEPT_LABEL, keptName } from '../sources/revisions.ts';
import type { World } from '../world.ts';

type Kept = { readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string } };

/** What was kept a moment ago may be about to be recorded, by this policy or another one. */
const YOUNG_MS = 3_600_000;

/** Deletes the kept revisions of the namespace that no policy's status and no Reload names. By our label only. */
export async function collectRevisions({ metadata: { namespace } }: ReloadPolicy, world: World): Promise<void> {
  const named = namedRevisions(namespace, world);
  for (const kind of ['ConfigMap', 'Secret'] as const) {
    const resource = { apiVersion: 'v1', plural: kinds[kind].plural };
    const kept = await world.kube.list<Kept>(pathOf(resource, { namespace }), {
      query: { labelSelector: `${KEPT_LABEL}=revision` },
      metadataOnly: true,
    });
    for (const { metadata } of kept.items) {
      if (named.has(`${kind}/${metadata.name}`) || Date.parse(metadata.creationTimestamp) + YOUNG_MS > world.now()) continue;
      await world.kube.remove(pathOf(resource, { namespace, name: metadata.name }), { preconditions: { uid: metadata.uid } });
      world.log.info({ namespace, kind, name: metadata.name }, 'a revision that nothing names any more was deleted');
    }
  }
}

function namedRevisions(namespace: string, { policies, reloads }: World): ReadonlySet<string> {
  const ofPolicies = policies.list().flatMap((entry) => {
    if (entry.kind !== 'policy' || entry.policy.metadata.namespace !== namespace) return [];
    return (entry.policy.status?.revisions ?? []).flatMap(({ sources }) => sources);
  });
  const ofReloads = reloads.list().flatMap(({ metadata, spec }) => (metadata.namespace === namespace ? spec.sources : []));
  return new Set(
    [...ofPolicies, ...ofReloads].flatMap(({ kind, name, digest }) => (digest === undefined ? [] : [`${kind}/${keptName(name, digest)}`])),
  );
}
