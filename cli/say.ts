import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { type Cluster, MANAGER } from './cluster.ts';
import { policyOf, reloadPath } from './objects.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { poll } from './poll.ts';
import { byUser } from './user.ts';

export type Said = { readonly wave?: number; readonly reason?: string };
type Status = NonNullable<ReloadPolicy['status']>;
type Heard = NonNullable<Status['heard']>[number];

/** An operator that is there hears a verb at once. */
const HEARD_MS = 10_000;

/** Says a verb to the Reload of the rollout that is under way, and tells what came of it; `is`: what it is then, such as `is paused`. */
export async function say(
  cluster: Cluster,
  policy: ReloadPolicy,
  verb: Heard['verb'],
  said: Said,
  is: string,
  withinMs = HEARD_MS,
): Promise<Outcome> {
  const reload = underWay(policy);
  if (reload === null) return refused(nothingUnderWay(policy));
  const value = { ...said, ...(await byUser(cluster)) };
  // Replaced as a whole: a merge would keep what the last one said beside it.
  await patch(cluster, reload, [{ op: 'add', path: `/spec/${verb}`, value }]);
  const heard = await poll(async () => answerTo(verb, value, await statusOf(cluster, policy)), withinMs);
  if (heard === null) return refused(`${reload} was told, but no operator took it up within ${withinMs / 1000}s: it will when one leads`);
  return heard.refused === undefined
    ? done(`${reload} ${is}`)
    : refused(`${reload} refuses to ${verb}: ${heard.refused}; once that is mended, say it again with another --reason`);
}

/** The name of the Reload; null where none can be spoken to. */
export function underWay({ metadata, status }: ReloadPolicy): string | null {
  return status?.rollout && status.outcome === undefined ? `${metadata.name}-${status.rollout}` : null;
}

export function nothingUnderWay({ metadata: { name }, status }: ReloadPolicy): string {
  return status?.rollout
    ? `no rollout of ${name} is under way: ${name}-${status.rollout} ended ${status.outcome}`
    : `${name} had no rollout yet`;
}

export async function patch({ kube, namespace }: Cluster, reload: string, operations: readonly object[]): Promise<void> {
  await kube.patch(reloadPath(namespace, reload), operations, 'json', { query: MANAGER });
}

async function statusOf(cluster: Cluster, { metadata }: ReloadPolicy): Promise<Status> {
  return (await policyOf(cluster, metadata.name)).status ?? {};
}

/** What was said already in the same words is answered already. */
function answerTo(verb: Heard['verb'], { wave, reason, by }: Said & { by?: string }, { heard = [] }: Status): Heard | null {
  const isIt = (it: Heard) => it.verb === verb && it.wave === wave && it.reason === reason && (by === undefined || it.by === by);
  return heard.find(isIt) ?? null;
}
