import { openQueue, type Time } from '../kube/queue.ts';
import { type Collecting, collectRevisions } from './collect.ts';

export type Collector = {
  /** A policy is gone, and with it what it named. */
  readonly touch: () => void;
  readonly stop: () => Promise<void>;
};

const EVERY_MS = 600_000;
/** Policies that are deleted together are looked at together. */
const SOON_MS = 30_000;
const ALL = 'revisions';

/** Looks for revisions that nothing refers to: when this leader begins, when a policy is gone, and every ten minutes. */
export function openCollector(world: Collecting, time?: Time): Collector {
  const queue = openQueue({
    workers: 1,
    ...(time !== undefined && { time }),
    work: async () => {
      await collectRevisions(world);
      queue.addAfter(ALL, EVERY_MS);
    },
    onError: (_, error, awayMs) =>
      world.log.warn({ because: String(error), retryInMs: Math.round(awayMs) }, 'revisions that nothing names could not be collected yet'),
  });
  queue.addAfter(ALL, SOON_MS);
  return { touch: () => queue.addAfter(ALL, SOON_MS), stop: queue.stop };
}
