import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reload } from '../../crds/reload.ts';
import { planned } from '../../operator/observe/planned.ts';
import { aPolicy, aReload, healthy, NOW } from '../testing/objects.ts';
import { estimate } from './estimate.ts';

/** 1 for 2s, 50% for 30s after an approval, 100% for 30s. */
const { waves } = planned(aPolicy(healthy).spec);
const unapproved = waves.map((wave) => ({ ...wave, approval: false }));

type Wave = NonNullable<NonNullable<Reload['status']>['waves']>[number];

/** A rollout whose waves took so many seconds. */
function took(seconds: Readonly<Record<string, number>>, approved: readonly string[] = [], outcome = 'Succeeded' as const): Reload {
  const openedAt = new Date(NOW).toISOString();
  const records = Object.entries(seconds).map(([upTo, s]): Wave => {
    const approvedBy = approved.includes(upTo) ? { approvedBy: 'alice' } : {};
    return { upTo, members: 1, openedAt, passedAt: new Date(NOW + s * 1000).toISOString(), ...approvedBy };
  });
  return aReload(1, {}, { outcome, waves: records });
}

const slow = took({ 1: 9000, '50%': 9000, '100%': 9000 });
const quick = took({ 1: 12, '50%': 50, '100%': 60 });

for (const [reloads, seconds, says, because] of [
  [[], 62, 'It takes 62s of bakes at least: no rollout has succeeded yet that tells the rest.', 'nothing was rolled out yet'],
  [
    [took({ 1: 12 }, [], 'RolledBack' as 'Succeeded')],
    62,
    'It takes 62s of bakes at least: no rollout has succeeded yet that tells the rest.',
    'what failed tells nothing',
  ],
  [
    [quick],
    122,
    'It takes about 2m: 62s of bakes, and the rest as in the last rollout that succeeded.',
    'its waves took 10, 20 and 30 seconds beside their bakes',
  ],
  [
    [quick, slow, quick],
    122,
    'It takes about 2m: 62s of bakes, and the rest as in the last 3 rollouts that succeeded.',
    'one that was held for hours makes no other one longer',
  ],
  [
    [took({ 1: 4000, '50%': 40, '100%': 40 }, ['50%'])],
    92,
    'It takes about 92s: 62s of bakes, and the rest as in the last rollout that succeeded.',
    'the first wave waited for a person, and is taken to be as the others',
  ],
] as const)
  test(`a rollout takes ${seconds}s: ${because}`, () => assert.deepEqual(estimate(unapproved, reloads), { ms: seconds * 1000, says }));

test('who approves is not counted, and it is said', () => {
  assert.match(estimate(waves, [quick]).says, /^It takes about 2m, without what approvals take: /);
});
