import { millis } from '../../crds/duration.ts';
import { policyIn } from './api.ts';
import { due, nextDue } from './due.ts';
import { happen } from './happenings.ts';
import type { World } from './world.ts';

/** A fleet that does not come to rest in so many steps never will. */
const LONGEST = 4_000;
/** Longer than anybody waits for anything, but for windows, holds that end, and deadlines: those come with the next look. */
const QUIET_MS = 60_000;
/** Who looks again and again, be it at each opening of a window, and moves nobody, does not disturb the rest. */
const LOOKS = 20;
/** A rollout that nobody moves is left alone until its deadline: so often, as it counts anew from the end of a hold. */
const DEADLINES = 3;
const LOOKING = /^(pass|answer|show|measure) /;

/**
 * Nothing new happens any more: who was cut off returns, the API server answers, one operator leads, and the clock goes on
 * until nobody has anything left to do. Then everything must be where it is promised to be.
 */
export async function rest(world: World): Promise<void> {
  world.api.readable = true;
  if (world.old !== null) await happen(world, 'crash old');
  if (world.leader === null) await happen(world, 'elect');
  world.promises.rests();
  let steps = 0;
  let quietSince = world.time.now();
  let looks = 0;
  let deadlines = 0;
  while (steps < LONGEST) {
    const lines = due(world);
    const consequences = world.told.length;
    for (const line of lines) {
      await happen(world, line);
      if (world.failure !== null) return;
    }
    steps += lines.length;
    if (lines.some((line) => !LOOKING.test(line))) looks = 0;
    if (lines.some((line) => !line.startsWith('pass')) || world.told.length > consequences + lines.length) quietSince = world.time.now();
    if (due(world).length > 0) continue;
    world.promises.waits();
    const next = nextDue(world);
    // A clock that was set back puts a deadline off by as much: then it comes soon after the look that it was expected at.
    const isQuiet = next === null || (world.time.now() - quietSince > QUIET_MS && next - world.time.now() > QUIET_MS);
    const isStill = isQuiet || looks++ > LOOKS;
    const deadlineMs = deadlineIn(world);
    if (isStill && (deadlineMs === null || deadlines === DEADLINES)) return world.promises.atRest();
    if (isStill) {
      deadlines++;
      looks = 0;
    }
    await happen(world, `tick ${isStill || next === null ? deadlineMs : next - world.time.now()}`);
    steps++;
  }
  world.promises.restless(due(world));
}

/** Of the rollout that is under way and waits for no person; null where there is none. */
function deadlineIn({ api }: World): number | null {
  const policy = policyIn(api);
  if (policy?.status?.candidateRevision === undefined || policy.status.phase === 'Paused') return null;
  return millis(policy.spec.deadline);
}
