import { beginning, luckOf, nextLine } from './chance.ts';
import { happen } from './happenings.ts';
import { seeded } from './random.ts';
import { openWorld, type World } from './world.ts';

export type Story = {
  readonly lines: readonly string[];
  /** Happenings, those at rest included. */
  readonly steps: number;
  /** The lines, those at rest, and what followed from each. */
  readonly told: readonly string[];
  /** Null where every promise was kept. */
  readonly failure: unknown;
  /** It broke within the lines, and not in what is done at the end of every story. */
  readonly isBrokenBefore: boolean;
};

/** What happens by the luck of this seed, for so many steps; then all comes to rest, and calm must stay calm. */
export async function tell(seed: number, steps: number): Promise<Story> {
  const luck = luckOf(seeded(seed));
  const world = openWorld();
  const lines: string[] = [];
  const next = async (line: string) => {
    lines.push(line);
    await happen(world, line);
  };
  for (const line of beginning(luck)) if (world.failure === null) await next(line);
  while (world.failure === null && world.steps < steps) await next(nextLine(world, luck));
  return { lines, ...(await end(world)) };
}

/** The same lines again, or some of them; without what is done at the end where that is not in question. */
export async function retell(lines: readonly string[], isEnded: boolean): Promise<Story> {
  const world = openWorld();
  for (const line of lines) if (world.failure === null) await happen(world, line);
  return { lines, ...(isEnded ? await end(world) : storyOf(world, true)) };
}

/** Whatever a person holds is let go. */
const LET_GO = ['thaw shop', 'thaw fleet-reload-system', 'policy paused=no', 'say present -pause', 'rival gone'];
/** Restarts, changes of leader, new lists, broken streams and annotations, with nothing else going on. */
const CALM = [
  'crash leader',
  'elect',
  'elect stale',
  'show leader pods anew',
  'show leader policies again',
  'show leader reloads again',
  'touch source',
  'touch policy',
  'clock 60000',
  'clock -60000',
  'tick 3600000',
  'collect leader',
];

async function end(world: World): Promise<Omit<Story, 'lines'>> {
  if (world.failure !== null) return storyOf(world, true);
  const names = [...world.pods.keys()];
  await happenAll(world, ['rest', ...names.map((pod) => `continue ${pod}`), 'rest', ...LET_GO, 'rest']);
  world.promises.isCalm(true);
  const pods = names.flatMap((pod) => [`kill ${pod} now`, `break ${pod}`]);
  await happenAll(
    world,
    [...CALM, ...pods].flatMap((line) => [line, 'rest']),
  );
  world.promises.isCalm(false);
  return storyOf(world, false);
}

function storyOf({ steps, told, failure }: World, isBrokenBefore: boolean): Omit<Story, 'lines'> {
  return { steps, told, failure, isBrokenBefore };
}

async function happenAll(world: World, lines: readonly string[]): Promise<void> {
  for (const line of lines) if (world.failure === null) await happen(world, line);
}
