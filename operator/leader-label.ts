import type { Kube } from './kube/client.ts';
import { pathOf } from './kube/paths.ts';

/** The Service that sidecars dial selects the pod that has it. */
export const LEADER_LABEL = 'fleetreload.dev/leader';

/** Puts the label on our own pod, and takes it off every other one: a leader that was killed could not do that itself. */
export async function takeLeaderLabel(kube: Pick<Kube, 'list' | 'patch'>, namespace: string, podName: string): Promise<void> {
  const pods = { apiVersion: 'v1', plural: 'pods' };
  const mark = (name: string, value: 'true' | null) =>
    kube.patch(pathOf(pods, { namespace, name }), { metadata: { labels: { [LEADER_LABEL]: value } } }, 'merge');
  const labelled = await kube.list<{ metadata: { name: string } }>(pathOf(pods, { namespace }), { query: { labelSelector: LEADER_LABEL } });
  await Promise.all([
    mark(podName, 'true'),
    ...labelled.items
      .filter(({ metadata }) => metadata.name !== podName)
      .map(({ metadata }) => mark(metadata.name, null).catch(ignoreGone)),
  ]);
}

/** A pod that is gone has no label. */
function ignoreGone(error: unknown): void {
  if ((error as { status?: number }).status !== 404) throw error;
}
