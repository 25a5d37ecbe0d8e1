import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from './plan/situation.ts';
import { beginning } from './plan/turn.ts';
import { transitionsOf } from './transitions.ts';

const rolling: Progress = { ...beginning, rollout: 1, stable: 'r1', candidate: 'r2' };
const failed: Progress = {
  ...rolling,
  candidate: null,
  quarantined: [{ revision: 'r2', at: 5, because: 'no', rollout: 1 }],
  because: 'web-1 refused r2: no',
};

const cases: [before: Progress | null, after: Progress, reason: string | null, why: string][] = [
  [null, { ...beginning, stable: 'r1' }, 'Adopted', 'the first content is stable at once'],
  [{ ...beginning, stable: 'r1' }, rolling, 'RolloutStarted', 'a candidate came'],
  [rolling, { ...rolling, wave: 1 }, 'WaveOpened', 'the next wave opened'],
  [rolling, { ...rolling, rollout: 2, candidate: 'r3' }, 'RolloutStarted', 'another candidate superseded it'],
  [rolling, failed, 'GateFailed', 'the candidate is in quarantine'],
  [failed, { ...failed, outcome: 'RolledBack' }, 'RolledBack', 'its members are back'],
  [rolling, { ...rolling, candidate: null }, 'CalledBack', 'the sources went back'],
  [rolling, { ...rolling, candidate: null, stable: 'r2', outcome: 'Succeeded' }, 'RolloutSucceeded', 'the last gate was passed'],
  [rolling, { ...rolling, bakeStartedAt: 7 }, null, 'a bake is in status, and no event'],
  [rolling, rolling, null, 'nothing became different'],
];

for (const [before, after, reason, why] of cases) {
  test(`${reason ?? 'no event'}: ${why}`, () =>
    assert.deepEqual(
      transitionsOf(before, after).map((event) => event.reason),
      reason === null ? [] : [reason],
    ));
}
