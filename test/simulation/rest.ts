import { due, nextDue } from './due.ts';
import { happen } from './happenings.ts';
import type { World } from './world.ts';

/** A fleet that does not come to rest in so many steps never will. */
const LONGEST = 4_000;
/** Longer than anybody waits for anything; who only looks again and again, and changes nothing, does not disturb the rest. */
const QUIET_MS = 60_000;

/**
 * Nothing new happens any more: who was cut off returns, the API server answers, one operator leads, and the clock goes on
 * until nobody has anything left to do. Then everything must be where it is promised to be.
 */
export async function rest(world: World): Promise<void> {
  world.api.readable = true;
  if (world.old !== null) await happen(world, 'crash old');
  if (world.leader === null) await happen(world, 'elect');
  let steps = 0;
  let quietSince = world.time.now();
  while (steps < LONGEST) {
    const lines = due(world);
    const consequences = world.told.length;
    for (const line of lines) {
      await happen(world, line);
      if (world.failure !== null) return;
    }
    steps += lines.length;
    const isLooking = lines.every((line) => line.startsWith('pass')) && world.told.length === consequences + lines.length;
    if (!isLooking || due(world).length > 0) quietSince = world.time.now();
    if (due(world).length > 0) continue;
    const next = nextDue(world);
    if (next === null || world.time.now() - quietSince > QUIET_MS) return world.promises.atRest();
    await happen(world, `tick ${next - world.time.now()}`);
    steps++;
  }
  world.promises.restless(due(world));
}
