import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { look } from './look.ts';
import { policyOf } from './objects.ts';
import { done, type Outcome } from './outcome.ts';
import type { Screen } from './screen.ts';
import { drawing, lines } from './show/drawing.ts';
import { standing } from './show/standing.ts';
import { summary } from './show/summary.ts';
import { tree } from './show/tree.ts';

const EVERY_MS = 1000;

/** Until somebody interrupts it. */
export async function watch(cluster: Cluster, name: string, screen: Screen): Promise<Outcome> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const draw = screen.rows === null ? lines(screen.write) : drawing(screen.write, screen.rows);
  while (!interrupted.signal.aborted) {
    draw(screen.rows === null ? summary(await policyOf(cluster, name)) : tree(standing(await look(cluster, name)), screen));
    await sleep(EVERY_MS, null, { signal: interrupted.signal }).catch(() => {});
  }
  return done('');
}
