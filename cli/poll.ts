import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 500;

/** What `ask` answers as soon as it is not null; null where it still is after `ms`. It needs no right to watch. */
export async function poll<T>(ask: () => Promise<T | null>, ms: number): Promise<T | null> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== null || performance.now() >= end) return answer;
    await sleep(EVERY_MS);
  }
}
