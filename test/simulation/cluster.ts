import { put, SYSTEM, NAMESPACE } from './api.ts';
import { isAsTold, isReady, kubePod } from './pod.ts';
import type { World } from './world.ts';

/** What is there from the beginning. */
export function tellCluster({ api }: World): void {
  for (const namespace of [NAMESPACE, SYSTEM]) put(api, 'namespaces', namespace, { annotations: {} });
  for (const node of ['node-1', 'node-2', 'node-3'])
    put(api, 'nodes', node, { 'topology.kubernetes.io/zone': node === 'node-3' ? 'b' : 'a' });
}

/** The kubelets and the controllers tell the API server how things are by now. */
export function tellPods({ api, pods, budget, wall }: World): void {
  const { tables } = api;
  for (const { uid, name } of tables.pods.values()) if (pods.get(name)?.uid !== uid) put(api, 'pods', uid, null);
  for (const { app } of pods.values()) {
    app.endedAt = app.alive || app.startedAt === null ? null : (app.endedAt ?? wall());
    app.unreadySince = isReady(app) ? null : (app.unreadySince ?? wall());
  }
  for (const pod of pods.values()) if (!isAsTold(pod, tables.pods.get(pod.uid))) put(api, 'pods', pod.uid, kubePod(pod));

  const told = tables.budgets.get('web');
  if (budget === null) {
    if (told !== undefined) put(api, 'budgets', 'web', null);
    return;
  }
  const left = Math.max(0, [...pods.values()].filter(({ app, leaves }) => leaves === 'no' && isReady(app)).length - budget);
  if (told?.left !== left)
    put(api, 'budgets', 'web', { name: 'web', namespace: NAMESPACE, selector: { matchLabels: { app: 'web' } }, left });
}
