import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { KubeError } from './errors.ts';
import { openQueue, type Queue, type Time } from './queue.ts';

test('a key that is added again while it waits is worked on once', async () => {
  const { queue, started, finish } = open({ workers: 1 });
  for (const key of ['a', 'b', 'b', 'b']) queue.add(key);
  await finish('a');
  await finish('b');
  assert.deepEqual(started, ['a', 'b']);
});

test('a key that is added while it is worked on is worked on again after that, and never twice at the same time', async () => {
  const { queue, started, finish } = open({ workers: 4 });
  queue.add('a');
  await turn();
  queue.add('a');
  queue.add('a');
  await turn();
  assert.deepEqual(started, ['a']);
  await finish('a');
  assert.deepEqual(started, ['a', 'a']);
});

test('work that adds its own key before it first waits is not entered twice', async () => {
  let running = 0;
  let runs = 0;
  const queue: Queue = openQueue({
    workers: 4,
    onError: (_, error) => assert.fail(String(error)),
    work: async (key) => {
      assert.equal(++running, 1);
      if (++runs < 3) queue.add(key);
      await turn();
      running -= 1;
    },
  });
  queue.add('a');
  while (runs < 3) await turn();
  await queue.stop();
});

test('no more keys than workers are worked on at once', async () => {
  const { queue, started, finish } = open({ workers: 2 });
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  await turn();
  assert.deepEqual(started, ['a', 'b']);
  await finish('b');
  assert.deepEqual(started, ['a', 'b', 'c']);
});

test('of several times for a key the earliest wins', async () => {
  const { queue, started, pass } = open({});
  queue.addAfter('a', 500);
  queue.addAfter('a', 100);
  queue.addAfter('a', 300);
  await pass(99);
  assert.deepEqual(started, []);
  await pass(1);
  assert.deepEqual(started, ['a']);
  await pass(1_000);
  assert.deepEqual(started, ['a']);
});

test('news of a key cancels its timer', async () => {
  const { queue, started, finish, pass } = open({});
  queue.addAfter('a', 100);
  queue.add('a');
  await finish('a');
  await pass(1_000);
  assert.deepEqual(started, ['a']);
});

test('a key rests after its work: news that came meanwhile, or a timer of it, begins when it has rested, and later news at once', async () => {
  const { queue, started, finish, pass } = open({ restMs: (key) => (key === 'large' ? 500 : 0) });
  queue.add('large');
  await turn();
  queue.add('large');
  queue.addAfter('large', 20);
  queue.add('small');
  await finish('large');
  await pass(499);
  assert.deepEqual(started, ['large', 'small']);
  queue.add('large');
  await pass(1);
  assert.deepEqual(started, ['large', 'small', 'large']);
  await finish('large');
  await pass(500);
  queue.add('large');
  await turn();
  assert.deepEqual(started, ['large', 'small', 'large', 'large']);
});

test('a time that was set during the work holds after it', async () => {
  const { queue, started, finish, pass } = open({});
  queue.add('a');
  await turn();
  queue.addAfter('a', 100);
  await finish('a');
  await pass(100);
  assert.deepEqual(started, ['a', 'a']);
});

test('a time of the wall clock is kept, also beyond the 24 days that a timer can count', async () => {
  const { queue, started, pass } = open({});
  queue.addAt('a', WALL + 40 * DAY);
  await pass(39 * DAY);
  assert.deepEqual(started, []);
  await pass(DAY);
  assert.deepEqual(started, ['a']);
});

test('a key that fails comes again after a wait of its own that doubles, until it succeeds once', async () => {
  const { queue, waits, fail, finish, pass } = open({});
  queue.add('a');
  for (const _ of [1, 2, 3]) {
    await fail('a', new Error('no'));
    await pass(waits.at(-1) ?? 0);
  }
  assert.deepEqual(waits, [200, 400, 800]);
  await finish('a');
  queue.add('a');
  await fail('a', new Error('no'));
  assert.equal(waits.at(-1), 200);
});

test('a server that asks to stay away is obeyed, whatever happens to the key meanwhile', async () => {
  const { queue, started, waits, fail, pass } = open({});
  queue.add('a');
  await fail('a', new KubeError('busy', { status: 429, reason: 'TooManyRequests', retryAfterMs: 5_000 }));
  queue.add('a');
  assert.deepEqual(waits, [5_500]);
  await pass(5_499);
  assert.deepEqual(started, ['a']);
  await pass(1);
  assert.deepEqual(started, ['a', 'a']);
});

test('news end a long backoff, since they may be the cure, but a flood of them does not end it at once', async () => {
  const { queue, started, waits, fail, pass } = open({});
  queue.add('a');
  for (const _ of [1, 2, 3, 4, 5]) {
    await fail('a', new Error('no'));
    if (waits.length < 5) await pass(waits.at(-1) ?? 0);
  }
  assert.equal(waits.at(-1), 3_200);
  for (let i = 0; i < 100; i++) queue.add('a');
  await pass(999);
  assert.equal(started.length, 5);
  await pass(1);
  assert.equal(started.length, 6);
});

test('news during work that fails bring the key back after a second at most', async () => {
  const { queue, started, waits, fail, pass } = open({});
  queue.add('a');
  for (const _ of [1, 2, 3, 4]) {
    await fail('a', new Error('no'));
    await pass(waits.at(-1) ?? 0);
  }
  queue.add('a');
  await fail('a', new Error('no'));
  assert.equal(waits.at(-1), 3_200);
  await pass(1_000);
  assert.equal(started.length, 6);
});

test('stop waits for the work that runs, and starts none', async () => {
  const { queue, started, finish, pass } = open({ workers: 1 });
  queue.add('a');
  queue.add('b');
  queue.addAfter('c', 10);
  await turn();
  let stopped = false;
  const stop = queue.stop().then(() => (stopped = true));
  await pass(100);
  assert.equal(stopped, false);
  await finish('a');
  await stop;
  queue.add('d');
  await pass(100);
  assert.deepEqual(started, ['a']);
});

const DAY = 86_400_000;
const WALL = 1_000_000;

/** A queue whose time passes when told, and whose work ends when told; random is always 1. */
test('how many are due is told, and how long each of them waited for a worker', async () => {
  const { queue, waited, pass, finish } = open({ workers: 1 });
  queue.addAfter('later', 60_000);
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await turn();
  assert.equal(queue.depth(), 2);
  await pass(50);
  queue.add('b');
  await finish('a');
  await pass(100);
  await finish('b');
  assert.deepEqual(waited, [0, 50, 150]);
  assert.equal(queue.depth(), 0);
});

function open({ workers = 4, restMs }: { workers?: number; restMs?: (key: string) => number }) {
  const started: string[] = [];
  const waits: number[] = [];
  const waited: number[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const { time, pass } = fakeTime();
  const queue = openQueue({
    workers,
    ...(restMs && { restMs }),
    onStart: (ms) => waited.push(ms),
    time,
    random: () => 1,
    onError: (_, __, awayMs) => waits.push(Math.round(awayMs)),
    work: (key) => {
      started.push(key);
      const end = Promise.withResolvers<void>();
      ends.set(key, end);
      return end.promise;
    },
  });
  const ended = async (key: string, end: (e: PromiseWithResolvers<void>) => void) => {
    await turn();
    end(ends.get(key) ?? assert.fail(`${key} is not worked on`));
    await turn();
  };
  return {
    queue,
    started,
    waits,
    waited,
    pass,
    finish: (key: string) => ended(key, ({ resolve }) => resolve()),
    fail: (key: string, error: Error) => ended(key, ({ reject }) => reject(error)),
  };
}

function fakeTime() {
  const timers = new Set<{ at: number; run: () => void }>();
  let now = 0;
  const time: Time = {
    now: () => now,
    wall: () => WALL + now,
    after: (ms, run) => {
      assert.ok(ms <= 2 ** 31 - 1, 'no timer can count so far');
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const pass = async (ms: number) => {
    const end = now + ms;
    for (;;) {
      const next = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      timers.delete(next);
      now = next.at;
      next.run();
      await turn();
    }
    now = end;
    await turn();
  };
  return { time, pass };
}
