import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `condition` holds; it is asked often. Throws after `ms`, with what was waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await sleep(10);
  }
}
