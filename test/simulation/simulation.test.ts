import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Broken } from './promises/judge.ts';
import { shrink } from './shrink.ts';
import { type Story, tell } from './story.ts';

const STEPS_A_SEED = 2_500;
const TRIES = 300;
/** Of what is printed: how it ended is what matters. */
const LAST = 60;

const seed = process.env['SEED'];
// Always the same ones, so that a change of the code is what turns this red; another FROM looks where nobody has looked yet.
const from = Number(process.env['FROM'] ?? 1);
const all = Number(process.env['STEPS'] ?? 100_000);

test(seed ? `seed ${seed} keeps every promise` : `every promise is kept in ${all} random happenings, from seed ${from} on`, async (t) => {
  let steps = 0;
  let last = Number(seed ?? from);
  for (; steps === 0 || (!seed && steps < all); last++) {
    const story = await tell(last, STEPS_A_SEED);
    steps += story.steps;
    if (story.failure !== null) assert.fail(await report(last, story));
  }
  t.diagnostic(`seeds ${seed ?? from} to ${last - 1}: ${steps} happenings`);
});

/** The shortest story that was found, how it ended, and how to see it again. */
async function report(broken: number, story: Story): Promise<string> {
  const short = await shrink(story, TRIES);
  const why = short.failure instanceof Broken ? short.failure.message : inspect(short.failure);
  return [
    why,
    '',
    `In short (${short.lines.length} of ${story.lines.length} lines):`,
    ...short.lines.map((line) => `  ${line}`),
    '',
    'How it ended:',
    ...short.told.slice(-LAST),
    '',
    `Again: SEED=${broken} make simulate`,
  ].join('\n');
}
