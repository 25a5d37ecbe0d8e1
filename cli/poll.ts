import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError } from '../operator/kube/errors.ts';

const EVERY_MS = 500;

/**
 * What `ask` answers as soon as it is not null; null where it still is after `ms`. An outage is no answer yet, and is thrown where it still lasts
 * then. It needs no right to watch.
 */
export async function poll<T>(ask: () => Promise<T | null>, ms: number, everyMs = EVERY_MS): Promise<T | null> {
  const end = performance.now() + ms;
  const isOver = () => performance.now() >= end;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null || isOver()) return answer;
    } catch (error) {
      if (isOver() || !(error instanceof KubeError) || error.kind !== 'outage') throw error;
    }
    await sleep(everyMs);
  }
}
