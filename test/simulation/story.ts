import { beginning, nextLine } from './chance.ts';
import { happen } from './happenings.ts';
import { Broken } from './promises/judge.ts';
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
};

/** Shares of happenings that come from outside: quiet stories get far, wild ones into corners. */
const UNREST = [0.01, 0.03, 0.1, 0.2];

/** What happens by the luck of this seed, for so many steps; then all comes to rest, and calm must stay calm. */
export async function tell(seed: number, steps: number): Promise<Story> {
  const random = seeded(seed);
  const unrest = random.pick(UNREST);
  const world = openWorld();
  const lines: string[] = [];
  const next = async (line: string) => {
    lines.push(line);
    await happen(world, line);
  };
  for (const line of beginning(random)) if (world.failure === null) await next(line);
  while (world.failure === null && world.steps < steps) await next(nextLine(world, random, unrest));
  return { lines, ...(await end(world)) };
}

/** The same lines again, or some of them. */
export async function retell(lines: readonly string[]): Promise<Story> {
  const world = openWorld();
  for (const line of lines) if (world.failure === null) await happen(world, line);
  return { lines, ...(await end(world)) };
}

/** Restarts, changes of leader, new lists, broken streams and annotations, with nothing else going on. */
const CALM = ['crash leader', 'elect', 'elect stale', 'show leader all', 'touch source', 'touch policy', 'clock 60000'];

async function end(world: World): Promise<Omit<Story, 'lines'>> {
  await happenAll(world, ['rest', ...[...world.pods.keys()].map((pod) => `thaw ${pod}`), 'rest']);
  const effects = world.promises.effects();
  const pods = [...world.pods.keys()].flatMap((pod) => [`kill ${pod} now`, `break ${pod}`]);
  await happenAll(
    world,
    [...CALM, ...pods].flatMap((line) => [line, 'rest']),
  );
  if (world.failure === null && world.promises.effects() !== effects)
    world.failed(
      new Broken('what changes nothing signals nobody (I6, I7)', `${world.promises.effects() - effects} apps were told something`),
    );
  return { steps: world.steps, told: world.told, failure: world.failure };
}

async function happenAll(world: World, lines: readonly string[]): Promise<void> {
  for (const line of lines) if (world.failure === null) await happen(world, line);
}
