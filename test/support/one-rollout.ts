import assert from 'node:assert/strict';
import { appConfig } from './app-fleet.ts';
import { pidOf } from './containers.ts';
import { counts, each, type Fleet, since, type Told } from './fleet.ts';
import { until } from './until.ts';

/** How often each app of three was told before a rollout, and the rollout's number. */
export type Start = { readonly old: Told; readonly rollout: number };

/** Whatever the story before did: two replicas of the operator, three pods that are Ready and connected. */
export async function atRest(fleet: Fleet): Promise<Start> {
  await fleet.operator.settle();
  await fleet.whole(3);
  return { old: fleet.told(), rollout: (fleet.status().rollout ?? 0) + 1 };
}

/** An edit, and the name of the one member that runs it. */
export async function canaryBakes(fleet: Fleet, { old, rollout }: Start, version: string): Promise<string> {
  await fleet.edit(appConfig(version));
  await fleet.until('the canary bakes', (it) => it.rollout === rollout && it.wave === 1 && it.bakeStartedAt !== undefined);
  return canaryOf(fleet, old);
}

/** An edit, and the name of the one member whose app was told of it. */
export async function canaryIsTold(fleet: Fleet, { old }: Start, version: string, more: object = {}): Promise<string> {
  await fleet.edit(appConfig(version, more));
  await until('the canary is told', () => counts(since(old, fleet.told())).at(-1) === 1);
  return canaryOf(fleet, old);
}

function canaryOf(fleet: Fleet, old: Told): string {
  const [canary, ...more] = Object.entries(since(old, fleet.told())).flatMap(([name, count]) => (count > 0 ? [name] : []));
  assert.ok(canary !== undefined && more.length === 0, 'there is one canary');
  return canary;
}

/** And every app was told exactly once. */
export async function succeeds(fleet: Fleet, { old, rollout }: Start, version: string): Promise<void> {
  const reload = await fleet.ended(rollout);
  assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
  await fleet.serves(version);
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
  await fleet.quiet(fleet.told());
  assert.equal(fleet.status().rollout, rollout);
}

/** How often the apps of the others were told since. */
export function toldBeside(member: string, fleet: Fleet, { old }: Start): readonly number[] {
  return Object.entries(since(old, fleet.told())).flatMap(([name, count]) => (name === member ? [] : [count]));
}

/** The sidecars of these members are there, hold their connections, and do nothing. */
export async function whileSilent(fleet: Fleet, names: readonly string[], act: () => Promise<void>): Promise<void> {
  const pids = names.map((name) => pidOf(fleet.pod(name), 'fleet-reload'));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await act();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}
