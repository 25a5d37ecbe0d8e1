import { setImmediate as others } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** How many frames a file of tests tries: 20,000 of both directions in `make test`, FRAMES=… for more. */
export const FRAMES = Math.round(Number(process.env['FRAMES'] ?? 20_000) / 2);

/**
 * Tries conversations until `enough` frames were said. A failure is shrunk, and says how to replay it. Answers how many were said, and by how much
 * the live memory grew after the first tenth.
 */
export async function converseOften<T>(
  conversation: fc.Arbitrary<T>,
  play: (said: T) => number | Promise<number>,
  enough = FRAMES,
): Promise<{ readonly frames: number; readonly grownMb: number }> {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 0x7fffffff));
  let frames = 0;
  let before = 0;
  const live = () => {
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  // A round is so short that what fast-check keeps of it is no part of what grows.
  for (let round = 0; frames < enough; round++) {
    const details = await fc.check(
      fc.asyncProperty(conversation, async (said) => {
        frames += await play(said);
      }),
      { seed: seed + round, numRuns: 200 },
    );
    if (details.failed) throw new Error(`SEED=${seed + round} FRAMES=2 make fuzz\n${fc.defaultReportMessage(details)}`);
    // What a conversation has begun (files that are sent) comes to its end.
    await others();
    if (before === 0 && frames >= enough / 10) before = live();
  }
  return { frames, grownMb: (live() - before) / 1e6 };
}
