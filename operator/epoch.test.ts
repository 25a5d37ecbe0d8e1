import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Epoch as Seen } from '../sidecar/protocol.ts';
import { openEpoch } from './epoch.ts';
import { turnedClock } from './link/testing/turned-clock.ts';

const settled = () => new Promise(setImmediate);

test('a higher epoch that members have seen is raised above at once, and said to the link', async () => {
  const { epoch, world, raised } = anEpoch();
  world.seen = [37, 4];
  for (let i = 0; i < 3; i++) epoch.hear();
  await settled();
  assert.deepEqual(raised, [38]);
  assert.equal(epoch.value(), 38);
});

test('a member that makes up higher and higher epochs raises the Lease ten times at once, then once a minute', async () => {
  const { epoch, world, raised, clock } = anEpoch();
  world.claim = (ours) => [ours + 100, 0];
  epoch.hear();
  for (let i = 0; i < 50; i++) {
    await settled();
    epoch.hear();
  }
  assert.equal(raised.length, 10);
  for (let minute = 1; minute <= 60; minute++) {
    clock.turn(60_000);
    await settled();
  }
  assert.equal(raised.length, 70);
  assert.ok(epoch.value() < 10_000);
});

test('what a status has is followed at once, however often members were heard', async () => {
  const { epoch, world, raised } = anEpoch();
  world.claim = (ours) => [ours + 100, 0];
  for (let i = 0; i < 20; i++) {
    epoch.hear();
    await settled();
  }
  world.claim = null;
  await epoch.raiseAbove(5_000);
  assert.equal(raised.at(-1), 5_001);
  await assert.rejects(epoch.raiseAbove(2_000_000_000), /is no epoch of a Lease: somebody wrote it into a status by hand/);
});

test('who does not lead any more raises nothing, and says so', async () => {
  const { epoch, world, raised, warned } = anEpoch();
  world.leads = false;
  world.seen = [37, 4];
  epoch.hear();
  await settled();
  assert.deepEqual([raised, epoch.value()], [[], 1]);
  assert.deepEqual(warned, ['the Lease could not be raised yet']);
});

test('what was put off is not done when the reign is over: the next one has an epoch of its own', async () => {
  const { epoch, world, raised, clock } = anEpoch();
  world.claim = (ours) => [ours + 100, 0];
  for (let i = 0; i < 11; i++) {
    epoch.hear();
    await settled();
  }
  epoch.stop();
  clock.turn(60_000);
  epoch.hear();
  await settled();
  assert.equal(raised.length, 10);
});

function anEpoch() {
  const clock = turnedClock();
  const raised: number[] = [];
  const warned: string[] = [];
  const world = { seen: null as Seen | null, claim: null as ((ours: number) => Seen) | null, leads: true };
  const epoch = openEpoch({
    transitions: 1,
    election: {
      raise: async (to) => {
        if (!world.leads) throw new Error('only the leader may raise the transitions of the Lease');
        raised.push(to);
        return to;
      },
    },
    link: {
      lead: () => {},
      outrankedBy: () => {
        const seen = world.claim ? world.claim(epoch.value()) : world.seen;
        return seen !== null && seen[0] >= epoch.value() ? seen : null;
      },
    },
    log: { warn: (_fields: object, message: string) => void warned.push(message) },
    clock,
  });
  return { epoch, world, raised, warned, clock };
}
