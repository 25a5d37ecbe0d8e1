import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedFailures, allowedUnavailable, reach } from './shares.ts';
import type { Share } from './situation.ts';

const cases: [rule: typeof reach, share: Share, fleet: number, pods: number, why: string][] = [
  [reach, 1, 25, 1, 'a count is a count'],
  [reach, '10%', 25, 3, 'a wave rounds up'],
  [reach, '10%', 1, 1, 'so a canary is never empty'],
  [reach, '100%', 25, 25, 'everyone is everyone'],
  [reach, 5, 3, 3, 'a count larger than the fleet is the fleet'],
  [reach, '50%', 0, 0, 'an empty fleet has nobody to ask'],
  [allowedUnavailable, '25%', 10, 2, 'what may be unavailable rounds down'],
  [allowedUnavailable, '25%', 3, 1, 'and is at least 1, or nothing would ever move'],
  [allowedFailures, '5%', 10, 0, 'what may fail rounds down'],
  [allowedFailures, 2, 1, 2, 'a count of failures is a count'],
];

for (const [rule, share, fleet, pods, why] of cases) {
  test(`${rule.name} of ${share} in ${fleet} pods is ${pods}: ${why}`, () => assert.equal(rule(share, fleet), pods));
}
