import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, OVERLAP_MS, type Succession } from './succession.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Made at 0, for three hours. */
const signing = { from: 0, until: 3 * HOUR };
const next = { from: 2 * HOUR, until: 5 * HOUR, since: 2 * HOUR };
const alone: Succession = { signing, next: null, others: [] };
const both: Succession = { ...alone, next };

for (const [step, state, toldSince, now, why] of [
  ['nothing', alone, 0, 2 * HOUR - 1, 'two thirds of its life are not over'],
  ['make the next', alone, 0, 2 * HOUR, 'two thirds of its life are over'],
  ['make the next', alone, 0, 9 * HOUR, 'nobody looked for long, and it has expired'],
  ['nothing', both, 2 * HOUR, 2 * HOUR + OVERLAP_MS - 1, 'members have known the next for less than the overlap'],
  ['sign with the next', both, 2 * HOUR, 2 * HOUR + OVERLAP_MS, 'members have known the next for the overlap'],
  ['nothing', both, null, 2 * HOUR + OVERLAP_MS, 'this leader has told nobody'],
  ['nothing', both, 2 * HOUR + 5 * MINUTE, 2 * HOUR + OVERLAP_MS, 'the leader that made it may have died before it told anybody'],
  ['nothing', both, 0, 2 * HOUR + 1, 'what was told before it was made, was told without it'],
  ['sign with the next', both, null, 3 * HOUR, 'the old one has expired, and serves nobody'],
  ['nothing', { ...alone, others: [{ from: 0, until: HOUR }] }, 0, HOUR - 1, 'the one before is good still'],
  ['forget the expired', { ...alone, others: [{ from: 0, until: HOUR }] }, 0, HOUR, 'the one before has expired'],
] as const)
  test(`${step}, where ${why}`, () => assert.equal(nextStep(state, toldSince, now), step));
