import { setTimeout as sleep } from 'node:timers/promises';

/** Looks for `ms`, often, and throws at the first look at which the condition does not hold: what must not happen needs time to happen in. */
export async function stays(what: string, condition: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(20)) {
    if (!(await condition())) throw new Error(`it was not so any more that ${what}`);
  }
}
