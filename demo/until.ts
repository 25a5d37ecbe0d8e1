import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is something, and gives it; null when the time is over. */
export async function until<T>(ask: () => T | null | undefined | Promise<T | null | undefined>, seconds: number): Promise<T | null> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
  }
  return null;
}
