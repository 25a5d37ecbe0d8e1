import { isKube, KubeError } from './kube/errors.ts';
import { openQueue, type Queue } from './kube/queue.ts';
import { reconcile } from './reconcile.ts';
import type { World } from './world.ts';

export type Loop = {
  readonly touch: (key: string) => void;
  /** Resolves when the passes under way have ended. */
  readonly stop: () => Promise<void>;
};

/** Policies that are passed over at the same time: a pass waits for the API server most of its time. */
const WORKERS = 8;
/** What comes at once is looked at together. */
const TOGETHER_MS = 20;
/** A pass over 10,000 members takes some 100 ms: without a rest, one would follow the other for as long as their acks come. */
const REST_MS_A_MEMBER = 0.05;

/** Level-triggered: whatever happened, the policy is looked at as a whole, once however often it was touched meanwhile. */
export function openLoop(world: World): Loop {
  const { log, metrics, now } = world;
  const queue: Queue = openQueue({
    workers: WORKERS,
    onStart: metrics.waited,
    work: async (key) => {
      const startedAt = performance.now();
      try {
        const wakeAt = await reconcile(key, world);
        metrics.passed('done', performance.now() - startedAt);
        if (wakeAt !== null) queue.addAfter(key, wakeAt - now());
      } catch (error) {
        metrics.passed('failed', performance.now() - startedAt);
        throw error;
      }
    },
    restMs: (key) => {
      const entry = world.policies.get(key);
      return entry?.kind === 'policy' ? (entry.policy.status?.members?.total ?? 0) * REST_MS_A_MEMBER : 0;
    },
    onError: (key, error, awayMs) => {
      const [namespace, policy] = key.split('/');
      const fields = { namespace, policy, retryInMs: Math.round(awayMs) };
      // Ordinary: another writer was faster, or the API server is away for a moment.
      if (isKube(error, 'Conflict')) log.debug(fields, 'status was changed meanwhile: looking again');
      else if (isKube(error, 'NamespaceTerminating'))
        log.info(fields, 'its namespace is being deleted: nothing can be made there any more');
      else if (error instanceof KubeError && error.kind === 'outage')
        log.warn({ ...fields, because: error.message }, 'the API server does not answer: looking again');
      else log.error({ ...fields, err: error }, 'the pass failed: looking again');
    },
  });
  metrics.queue(queue.depth);
  for (const entry of world.policies.list()) {
    if (entry.kind === 'policy') queue.add(`${entry.policy.metadata.namespace}/${entry.policy.metadata.name}`);
  }
  return { touch: (key) => queue.addAfter(key, TOGETHER_MS), stop: queue.stop };
}
