import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { ALL_RIGHTS } from '../rights.ts';
import type { Collecting } from './collect.ts';
import { openCollector } from './collector.ts';

const MINUTE = 60_000;

test('it is looked for orphans when a leader begins, and every ten minutes', async () => {
  const { looks, pass } = open();
  await pass(29_999);
  assert.equal(looks(), 0);
  await pass(1);
  assert.equal(looks(), 1);
  await pass(9 * MINUTE);
  assert.equal(looks(), 1);
  await pass(MINUTE);
  assert.equal(looks(), 2);
});

test('policies that are gone together are one reason to look, soon after', async () => {
  const { collector, looks, pass } = open();
  await pass(MINUTE);
  collector.touch();
  await pass(10_000);
  collector.touch();
  await pass(20_000);
  assert.equal(looks(), 2);
  await pass(MINUTE);
  assert.equal(looks(), 2);
});

test('an outage is said, and it is looked again; a leader that has ended looks no more', async () => {
  const { collector, looks, pass, said, fail } = open();
  fail(true);
  await pass(30_000);
  assert.deepEqual(said, ['revisions that nothing names could not be collected yet']);
  fail(false);
  await pass(2_000);
  assert.equal(looks(), 1);
  await collector.stop();
  await pass(120 * MINUTE);
  assert.equal(looks(), 1);
});

/** `looks`: how often it has looked through both kinds. */
function open() {
  let now = 0;
  let failing = false;
  let lists = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const said: string[] = [];
  const world = {
    rights: ALL_RIGHTS,
    reloads: { list: () => [] },
    recall: { reloads: { told: new Map() } },
    kube: {
      list: async () => {
        if (failing) throw new Error('no answer');
        lists += 1;
        return { metadata: {}, items: [] };
      },
    },
    lead: { holds: () => true },
    log: { warn: (_: object, message: string) => said.push(message) },
    now: () => now,
  };
  const collector = openCollector(world as unknown as Collecting, {
    now: () => now,
    wall: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return {
    collector,
    said,
    looks: () => lists / 2,
    fail: (yes: boolean) => (failing = yes),
    pass: async (ms: number) => {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = next.at;
        next.run();
        for (let i = 0; i < 5; i++) await turn();
      }
      now = end;
    },
  };
}
