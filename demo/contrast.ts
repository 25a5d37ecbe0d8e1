/** What a plainly mounted ConfigMap does with an edit: the kubelet rewrites every pod, good or bad, when it comes to it. */

import { setTimeout as sleep } from 'node:timers/promises';
import { apply, kubectl } from './kubectl.ts';
import { fetchOnce } from './load.ts';

export type Contrast = {
  readonly pods: number;
  readonly rewritten: () => number;
  /** Seconds from the edit to the first and the last pod; null until all are rewritten. */
  readonly seconds: () => { readonly first: number; readonly last: number } | null;
};

/** Edits the ConfigMap and looks into each pod twice a second, beside the story. */
export async function contrast(editFile: string, signal: AbortSignal): Promise<Contrast> {
  const { items } = JSON.parse(await kubectl('get', 'pods', '-n', 'shop', '-l', 'app=plain', '-o', 'json')) as {
    items: { status: { podIP: string } }[];
  };
  const { answeredAt } = await apply(editFile);
  const after: number[] = [];
  const waitFor = async (ip: string) => {
    while (!signal.aborted) {
      const version = await fetchOnce(`http://${ip}:8080/version`).catch(() => '');
      if (version === 'v2') return void after.push((Date.now() - answeredAt) / 1000);
      await sleep(500, undefined, { signal }).catch(() => {});
    }
  };
  for (const { status } of items) void waitFor(status.podIP);
  return {
    pods: items.length,
    rewritten: () => after.length,
    seconds: () => (after.length === items.length ? { first: Math.min(...after), last: Math.max(...after) } : null),
  };
}
