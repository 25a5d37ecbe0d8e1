import { TABLES } from './api.ts';
import { TEMPERS } from './content.ts';
import { due, nextDue, operatorsOf } from './due.ts';
import { FINDINGS } from './gates.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const MAX_PODS = 9;

/** What a story is about: of all that may come from outside, each seed has some of it, often. */
export type Luck = {
  readonly random: Random;
  readonly unrest: number;
  readonly outside: readonly Line[];
  readonly settings: readonly Setting[];
};
type Line = (world: World, random: Random) => string;
type Setting = (random: Random) => string;

/** Shares of happenings that come from outside: quiet stories get far, wild ones into corners. */
const UNREST = [0.01, 0.03, 0.1, 0.2];

export function luckOf(random: Random): Luck {
  const unrest = random.pick(UNREST);
  const outside = [...ALWAYS, ...SOMETIMES.filter(() => random.chance(0.35)).flat()];
  const settings = [...PLAIN, ...SPECIAL.filter(() => random.chance(0.3))];
  return { random, unrest, outside, settings };
}

/** How a story begins: a policy, a fleet and its first revision, at rest. */
export function beginning({ random, settings }: Luck): readonly string[] {
  const pods = Array.from({ length: 2 + random.below(6) }, (_, i) => `join pod-${i + 1}`);
  return ['create', `policy ${settings.map((setting) => setting(random)).join(' ')}`, ...pods, 'edit good-0', 'elect', 'rest'];
}

/** What happens next. Most of it goes on by itself; now and then, by `unrest`, the outside has a say. */
export function nextLine(world: World, luck: Luck): string {
  const { random, unrest } = luck;
  if (random.chance(0.003)) return 'rest';
  if (random.chance(unrest)) return outside(world, luck);
  const lines = due(world);
  // Where all wait for the clock, it goes on to what comes next, unless somebody turns up first.
  if (lines.length === 0) {
    const next = nextDue(world);
    return next === null || random.chance(0.2) ? outside(world, luck) : `tick ${next - world.time.now()}`;
  }
  return random.chance(0.05) ? `tick ${random.pick([1, 50, 400, 400, 1_000, 6_000])}` : random.pick(lines);
}

function outside(world: World, { random, outside: lines, settings }: Luck): string {
  if (random.chance(0.1)) return `policy ${random.pick(settings)(random)}`;
  return random.pick(lines)(world, random);
}

const edit: Line = (_, random) => `edit ${random.pick(['good', 'good', ...TEMPERS])}-${random.below(12)}`;
const podOf = (world: World, random: Random) => (world.pods.size > 0 ? random.pick([...world.pods.keys()]) : 'pod-1');
const operatorOf = (world: World, random: Random) => random.pick([...operatorsOf(world), ['leader'] as const])[0];
/** Most often it is the present rollout's. */
const reloadOf = (world: World, random: Random) =>
  random.chance(0.8) || world.api.tables.reloads.size === 0 ? 'present' : random.pick([...world.api.tables.reloads.keys()]);

const ALWAYS: readonly Line[] = [
  edit,
  edit,
  edit,
  (world, random) => `answer ${operatorOf(world, random)} ${random.pick(['outage', 'lost', 'ok'])}`,
  (world, random) => `pass ${operatorOf(world, random)}`,
  () => 'policy paused=no',
  () => 'source readable',
];

/** Each group is in a story or not. */
const SOMETIMES: readonly (readonly Line[])[] = [
  [() => 'touch source', () => 'touch policy', (world, random) => random.pick(['delete', 'source unreadable', edit(world, random)])],
  [() => 'policy paused=yes', () => 'policy paused=no'],
  // Pods.
  [
    (_, random) => `join pod-${1 + random.below(MAX_PODS)}${random.chance(0.1) ? ' unmanaged' : ''}`,
    (world, random) => `${random.pick(['leave', 'terminate'])} ${podOf(world, random)}`,
  ],
  [(world, random) => `${random.pick(['unready', 'exit'])} ${podOf(world, random)}`],
  [(_, random) => (random.chance(0.3) ? 'roll' : 'tick 6000')],
  // Sidecars and streams.
  [
    (world, random) => `kill ${podOf(world, random)} now`,
    (world, random) => `kill ${podOf(world, random)} after-work`,
    (world, random) => `kill ${podOf(world, random)} after-record`,
  ],
  [(world, random) => `break ${podOf(world, random)}`, (world, random) => `hear ${podOf(world, random)} last`],
  [(world, random) => `${random.pick(['stop', 'continue'])} ${podOf(world, random)}`],
  [(world, random) => `replay ${podOf(world, random)} ${1 + random.below(4)}`],
  // Operators and their watches.
  [
    (_, random) => random.pick(['crash leader', 'elect']),
    (_, random) => random.pick(['elect', 'elect stale', 'crash old', 'notice']),
    (world, random) => `dial ${podOf(world, random)} old`,
  ],
  [() => 'elect anew'],
  [(world, random) => `show ${operatorOf(world, random)} ${random.pick(TABLES)} ${random.pick(['again', 'anew', 'all'])}`],
  [(_, random) => `clock ${random.pick([500, 5_000, 60_000, -500, -5_000, -60_000])}`],
  [(world, random) => (random.chance(0.3) ? 'tick 3600000' : `collect ${operatorOf(world, random)}`)],
  // Persons.
  [
    (world, random) => `say ${reloadOf(world, random)} ${random.pick(['abort', 'pause', '-pause', '-pause', 'pause=lunch', '-abort'])}`,
    (world, random) =>
      `say ${reloadOf(world, random)} ${random.pick(['promote', 'promote=1', 'promote=2', 'promote=3', '-promote', 'promote=16'])}`,
    (world, random) =>
      `say ${reloadOf(world, random)} ${random.pick(['pause promote', 'abort promote', 'pause approve=2', 'promote approve=2', '-pause promote=2'])}`,
  ],
  [
    (world, random) => `say ${reloadOf(world, random)} approve=${1 + random.below(4)}`,
    (world, random) => `say ${reloadOf(world, random)} approve=${1 + random.below(4)}`,
  ],
  [(world, random) => `say ${reloadOf(world, random)} retry=${random.pick(['mended', 'again', 'please'])}`],
  [(_, random) => `wish web-undo-${random.below(40)} ${random.pick(['good', 'good', 'bad', 'poison'])}-${random.below(12)}`],
  [(world, random) => `unwish ${reloadOf(world, random)}`],
  [(_, random) => `${random.pick(['freeze', 'thaw', 'thaw'])} ${random.pick(['shop', 'fleet-reload-system'])}`],
  [(_, random) => `budget ${random.pick(['none', '1', '2', '4'])}`],
  [(_, random) => random.pick(['forget', 'create', 'create'])],
  [() => 'wipe'],
  [(_, random) => `rival ${random.pick(['there', 'gone', 'gone'])}`],
  [
    (world, random) => `measure ${operatorOf(world, random)} ${random.pick(['errors', 'health', 'job'])} ${random.pick(FINDINGS)}`,
    (world, random) => `measure ${operatorOf(world, random)} ${random.pick(['errors', 'health', 'job'])} ${random.pick(FINDINGS)}`,
    (_, random) => `policy ${GATES(random)}`,
  ],
];

const PLAIN: readonly Setting[] = [
  (random) => `waves=${random.pick(['1,50%,100%', '1,2,100%', '1,100%', '2,100%', '30%,60%,100%', '100%'])}`,
  (random) => `bake=${random.pick(['0s', '2s', '8s'])}`,
  (random) => `timeout=${random.pick(['1s', '3s'])}`,
  (random) => `retries=${random.pick(['0', '0', '1', '2'])}`,
  (random) => `handle=${random.pick(['signal', 'signal', 'fileWatch'])}`,
  (random) => `verify=${random.pick(['yes', 'yes', 'no'])}`,
  (random) => `maxUnavailable=${random.pick(['1', '2', '50%', '100%'])}`,
  (random) => `maxFailures=${random.pick(['0', '0', '1', '50%'])}`,
];

const GATES: Setting = (random) =>
  `gates=${random.pick(['none', 'metrics', 'metrics', 'http', 'job', 'metrics,http,job'])}${random.pick(['', '', ',twice', ',dry', ',control', ',nodata-Fail', ',nodata-Pass'])}`;

const SPECIAL: readonly Setting[] = [
  (random) => `approval=${random.pick(['0', '1', '2', '1,2', '3'])}`,
  (random) => `spread=${random.pick(['yes', 'no'])}`,
  (random) => `quiet=${random.pick(['0s', '2s', '5s'])}`,
  (random) => `minInterval=${random.pick(['0s', '10s', '60s'])}`,
  (random) => `deadline=${random.pick(['10s', '60s', '1h'])}`,
  (random) => `onFailure=${random.pick(['Pause', 'Rollback'])}`,
  (random) => `onNewRevision=${random.pick(['Finish', 'Supersede'])}`,
  (random) => `restarts=${random.pick(['0', '1', '2'])}`,
  (random) => `history=${random.pick(['0', '1', '10'])}`,
  (random) => `windows=${random.pick(['no', '2', '10'])}`,
  GATES,
];
