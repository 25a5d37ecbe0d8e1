import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, change, pass, situationOf } from '../../test/support/fake-fleet.ts';
import type { Member, Progress } from '../plan/situation.ts';
import { lastStepOf } from './last-step.ts';
import { skewOf } from './skew.ts';

type Runs = readonly [revision: string | null, at: number];

const cases: readonly (readonly [fleet: readonly Runs[], live: number, since: number | null, because: string])[] = [
  [
    [
      ['r1', 9],
      ['r1', 9],
    ],
    1,
    null,
    'all run the same',
  ],
  [
    [
      ['r1', 9],
      ['r2', 10],
    ],
    2,
    10,
    'a canary: since it applied',
  ],
  [
    [
      ['r2', 11],
      ['r2', 10],
      ['r1', 9],
    ],
    2,
    10,
    'one is left behind: still since the canary applied',
  ],
  [
    [
      ['r1', 9],
      ['r2', 10],
      ['r3', 12],
    ],
    3,
    10,
    'a third revision does not begin it anew',
  ],
  [
    [
      ['r1', 9],
      [null, 10],
    ],
    1,
    null,
    'who has no files yet runs nothing',
  ],
  [[], 0, null, 'nobody is there'],
];

for (const [fleet, live, since, because] of cases)
  test(`revisions alive: ${because}`, () => {
    assert.deepEqual(skewOf(fleet.map(([revision, at]) => member({ running: { revision, at, proof: 'Confirmed' } }))), { live, since });
  });

test('revisions alive: who has not reported, or has no sidecar, counts for nothing', () => {
  const other = { running: { revision: 'r2', at: 1, proof: 'Confirmed' } } as const;
  assert.equal(skewOf([member({}), member({ ...other, managed: false }), member({ running: null })]).live, 1);
});

test('the last step of a rollout is what its deadline counts from: the end of a bake that is to come', () => {
  const fleet = aFleet(2, aPolicy({}));
  const { progress } = pass(fleet);
  const now = 5_000_000;
  change(fleet, 'pod-1', { running: { revision: 'r2', at: now - 3000, proof: 'Confirmed' } });
  const situation = situationOf({ ...fleet, now });
  const rolling: Progress = { ...progress, candidate: 'r2', startedAt: now - 9000, bakeStartedAt: null };
  assert.equal(lastStepOf(situation, rolling), now - 3000);
  const baked = lastStepOf(situation, { ...rolling, bakeStartedAt: now - 1000 }) ?? 0;
  assert.ok(baked > now, `${baked}`);
});

test('between rollouts the last step is the last member’s; of an empty fleet there is none', () => {
  const fleet = aFleet(2, aPolicy({}));
  const { progress } = pass(fleet);
  change(fleet, 'pod-2', { running: { revision: 'r1', at: 4_000_000, proof: 'Confirmed' } });
  const resting: Progress = { ...progress, candidate: null, stableSince: 1000 };
  assert.equal(lastStepOf(situationOf({ ...fleet, now: 5_000_000 }), resting), 4_000_000);
  assert.equal(lastStepOf({ ...situationOf(fleet), fleet: [] }, resting), null);
});

function member(its: Partial<Member>): Member {
  return { managed: true, phase: 'running', running: { revision: 'r1', at: 1, proof: 'Confirmed' }, ...its } as Member;
}
