import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 250;
/** A machine that does other things as well may be slow. */
const PATIENCE_MS = 900_000;

/** Looks seldom, so that it does not take the CPU from what is measured. Throws after a quarter of an hour, with what was waited for. */
export async function waitUntil(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${PATIENCE_MS} ms in vain until ${what}`);
    await sleep(LOOK_MS);
  }
}
