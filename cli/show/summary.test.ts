import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPolicy, healthy, rolling } from '../testing/objects.ts';
import { summary } from './summary.ts';

for (const [status, says, because] of [
  [healthy, 'web Healthy, 4 of 4 applied: every member is on stable\n', 'between rollouts there is no wave'],
  [rolling, 'web Progressing, wave 2 of 3, 1 of 4 applied: wave 2 of 3 bakes\n', 'a rollout is somewhere'],
  [{}, 'web was looked at by no operator yet\n', 'a new policy knows nothing'],
] as const)
  test(`a policy in a line: ${because}`, () => assert.equal(summary(aPolicy(status)), says));
