import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Broken } from './promises/judge.ts';
import { shrink } from './shrink.ts';
import { type Story, tell } from './story.ts';

const STEPS_A_SEED = 2_500;
const SHRINK_MS = 60_000;
/** Of what is printed: how it ended is what matters. */
const LAST = 60;

/** Half of the seeds: the other half is told by another process, at the same time. */
export function simulate(isOurs: (seed: number) => boolean): void {
  const only = process.env['SEED'];
  if (only !== undefined) {
    if (isOurs(Number(only))) test(`seed ${only} keeps every promise`, async () => void (await keeps(Number(only))));
    return;
  }
  // Always the same ones, so that a change of the code is what turns this red; another FROM looks where nobody has looked yet.
  const from = Number(process.env['FROM'] ?? 1);
  const half = Number(process.env['STEPS'] ?? 100_000) / 2;
  test(`every promise is kept in ${half} random happenings, in every other seed from ${from} on`, async (t) => {
    let steps = 0;
    let seed = from;
    for (; steps < half; seed++) if (isOurs(seed)) steps += await keeps(seed);
    t.diagnostic(`seeds ${from} to ${seed - 1}: ${steps} happenings`);
  });
}

/** Answers how much happened. */
async function keeps(seed: number): Promise<number> {
  const story = await tell(seed, STEPS_A_SEED);
  if (story.failure !== null) assert.fail(await report(seed, story));
  return story.steps;
}

/** The shortest story that was found, how it ended, and how to see it again. */
async function report(seed: number, story: Story): Promise<string> {
  const short = await shrink(story, SHRINK_MS);
  return [
    short.failure instanceof Broken ? short.failure.message : inspect(short.failure),
    '',
    `In short (${short.lines.length} of ${story.lines.length} lines):`,
    ...short.lines.map((line) => `  ${line}`),
    '',
    'How it ended:',
    ...short.told.slice(-LAST),
    '',
    `Again: SEED=${seed} make simulate`,
  ].join('\n');
}
