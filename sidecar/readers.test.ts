import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { collect } from './files.ts';
import { swap } from './swap.ts';
import { POLLS, type Polled, STOP, TIMES } from './test/reader.ts';
import { aVolume, IN_MEMORY } from './test/volume.ts';

const SWAPS = 1000;
/** However busy the machine is, swaps go on until the reader had so many chances to see a mix. */
const LEAST_POLLS = 10_000;

test('a reader who polls as fast as it can through 1,000 swaps sees each source whole, of one revision, and never a missing file', async (t) => {
  const { at, put, folders } = aVolume(t, ['configmaps/web', 'secrets/tls'], [], IN_MEMORY);
  const texts = (n: number) => {
    const text = `${(n % 9000) + 1000}`.repeat(TIMES);
    return { 'configmaps/web': { a: text, b: text }, 'secrets/tls': { key: text } };
  };
  const first = put('0', texts(0));
  swap(folders, first);
  // Swaps come faster here than a reader may be put off: more than the last two are kept.
  let last = [first];

  const shared = new Int32Array(new SharedArrayBuffer(8));
  const alone = [at('configmaps/web', 'a'), at('configmaps/web', 'b'), at('secrets/tls', 'key')];
  const reader = new Worker(new URL('test/reader.ts', import.meta.url), { workerData: { folder: at('configmaps/web'), alone, shared } });
  await once(reader, 'message');
  const polls = () => Atomics.load(shared, POLLS);
  let swaps = 0;
  while (swaps < SWAPS || polls() < LEAST_POLLS) {
    const placed = put(`${++swaps}`, texts(swaps), last.slice(0, 1));
    swap(folders, placed);
    last = [placed, ...last].slice(0, 50);
    collect(folders, last);
    // A reader that died is heard of.
    if (swaps % 20 === 0) await setImmediate();
  }
  Atomics.store(shared, STOP, 1);
  const [polled]: readonly Polled[] = await once(reader, 'message');
  assert.ok(polled);
  t.diagnostic(
    `${polled.polls} polls, ${Math.round(polled.polls / (polled.ms / 1000))} a second, through ${swaps} swaps, of which it saw ${polled.seen} revisions`,
  );
  assert.deepEqual(polled.wrong, []);
  assert.ok(polled.seen > 10, `it saw ${polled.seen} revisions`);
});
