import { TEMPERS } from './content.ts';
import { due, nextDue, operatorsOf } from './due.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const MAX_PODS = 9;

/** How a story begins: a policy, a fleet and its first revision, at rest. */
export function beginning(random: Random): readonly string[] {
  const pods = Array.from({ length: 2 + random.below(6) }, (_, i) => `join pod-${i + 1}`);
  return [`policy ${settings(random)}`, ...pods, 'edit good-0', 'elect', 'rest'];
}

/** What happens next. Most of it goes on by itself; now and then, by `unrest`, the outside has a say. */
export function nextLine(world: World, random: Random, unrest: number): string {
  if (random.chance(0.003)) return 'rest';
  if (random.chance(unrest)) return outside(world, random);
  const lines = due(world);
  // Where all wait for the clock, it goes on to what comes next, unless somebody turns up first.
  if (lines.length === 0)
    return random.chance(0.2) ? outside(world, random) : `tick ${(nextDue(world) ?? world.time.now() + 1_000) - world.time.now()}`;
  return random.chance(0.05) ? `tick ${random.pick([1, 50, 400, 400, 1_000, 6_000])}` : random.pick(lines);
}

function outside(world: World, random: Random): string {
  const pods = [...world.pods.keys()];
  const pod = pods.length > 0 ? random.pick(pods) : 'pod-1';
  const [operator] = random.pick([...operatorsOf(world), ['leader'] as const]);
  const line = random.pick<() => string>([
    // The user.
    () => edit(random),
    () => edit(random),
    () => edit(random),
    () => random.pick(['touch source', 'touch policy']),
    () => random.pick(['delete', 'source unreadable', 'source readable', edit(random)]),
    () => `policy ${random.pick(settings(random).split(' '))}`,
    () => `policy paused=${random.chance(0.25) ? 'yes' : 'no'}`,
    // Pods.
    () => `join pod-${1 + random.below(MAX_PODS)}${random.chance(0.1) ? ' unmanaged' : ''}`,
    () => `leave ${pod}`,
    () => `unready ${pod}`,
    () => `exit ${pod}`,
    // Sidecars and streams.
    () => `kill ${pod} now`,
    () => `kill ${pod} after-work`,
    () => `kill ${pod} after-record`,
    () => `break ${pod}`,
    () => `${random.pick(['freeze', 'thaw'])} ${pod}`,
    () => `replay ${pod} ${1 + random.below(4)}`,
    () => `hear ${pod} last`,
    () => `dial ${pod} old`,
    // Operators.
    () => `answer ${operator} ${random.pick(['outage', 'lost'])}`,
    () => `answer ${operator} ok`,
    () => `pass ${operator}`,
    () => random.pick(['crash leader', 'elect', 'elect', 'elect stale', 'elect anew', 'crash old']),
    () => (random.chance(0.3) ? `clock ${random.pick([500, 5_000, 60_000])}` : 'show leader all'),
  ]);
  return line();
}

function edit(random: Random): string {
  return `edit ${random.pick(['good', 'good', ...TEMPERS])}-${random.below(12)}`;
}

function settings(random: Random): string {
  return [
    `waves=${random.pick(['1,50%,100%', '1,2,100%', '1,100%', '2,100%', '30%,60%,100%', '100%'])}`,
    `bake=${random.pick(['0s', '2s', '8s'])}`,
    `timeout=${random.pick(['1s', '3s'])}`,
    `retries=${random.pick(['0', '0', '1', '2'])}`,
    `verify=${random.pick(['yes', 'yes', 'no'])}`,
    `maxUnavailable=${random.pick(['1', '2', '50%', '100%'])}`,
    `maxFailures=${random.pick(['0', '0', '1', '50%'])}`,
  ].join(' ');
}
