import { isPassDue, type Operator } from './operator.ts';
import { kubePod, type Pod } from './pod.ts';
import { BOOT_PATIENCE_MS, mayBoot, mayBootstrap, mayRestart } from './sidecar.ts';
import { workDue } from './work.ts';
import type { World } from './world.ts';

/** What goes on by itself, as lines of a story; in no order that could be relied on outside. */
export function due(world: World): readonly string[] {
  return [...operatorsOf(world).flatMap(([name, operator]) => dueAt(world, name, operator)), ...podsDue(world)];
}

/** When something is due that waits for nothing but the clock; null where nothing is. */
export function nextDue(world: World): number | null {
  const now = world.time.now();
  const times = [
    world.time.next(),
    ...operatorsOf(world).flatMap(([, { wakeAt, notBefore, isTouched }]) => [wakeAt, isTouched ? notBefore : null]),
    ...[...world.pods.values()]
      .filter(({ frozen }) => !frozen)
      .flatMap((pod) => [workDue(world, pod), pod.sidecar && pod.sidecar.startedAt + BOOT_PATIENCE_MS]),
  ];
  const ahead = times.filter((time) => time !== null && time > now) as number[];
  return ahead.length === 0 ? null : Math.min(...ahead);
}

export function operatorsOf({ leader, old }: World): readonly (readonly ['leader' | 'old', Operator])[] {
  return [...(leader ? [['leader', leader] as const] : []), ...(old ? [['old', old] as const] : [])];
}

function dueAt(world: World, name: string, operator: Operator): readonly string[] {
  const { cache, calls } = operator;
  const lines: string[] = [];
  if (calls.length > 0) lines.push(`answer ${name} ok`);
  if (cache.policy !== world.api.policy) lines.push(`show ${name} policy`);
  if (cache.source !== world.api.source) lines.push(`show ${name} source`);
  for (const pod of world.pods.values()) {
    const cached = cache.pods.get(pod.uid);
    if (cached === undefined || JSON.stringify(cached) !== JSON.stringify(kubePod(pod))) lines.push(`show ${name} ${pod.name}`);
  }
  for (const cached of cache.pods.values()) {
    if (world.pods.get(cached.name)?.uid !== cached.uid) lines.push(`show ${name} ${cached.name}`);
  }
  if (isPassDue(world, operator)) lines.push(`pass ${name}`);
  return lines;
}

function podsDue(world: World): readonly string[] {
  const heard = new Set(world.streams.filter(({ up }) => up.length > 0).map(({ pod }) => pod));
  return [...[...heard].map((name) => `hear ${name} first`), ...[...world.pods.values()].flatMap((pod) => podDue(world, pod))];
}

function podDue(world: World, pod: Pod): readonly string[] {
  const { name, app, sidecar, stream, managed, frozen } = pod;
  const lines: string[] = [];
  if (app.alive && !app.warm) lines.push(`ready ${name}`);
  if (mayRestart(world, pod)) lines.push(`restart ${name}`);
  if (frozen) return lines;
  if (managed && sidecar === null) lines.push(`revive ${name}`);
  if (stream !== null && stream.down.length > 0) lines.push(`listen ${name}`);
  const workAt = workDue(world, pod);
  if (workAt !== null && workAt <= world.time.now()) lines.push(`work ${name}`);
  if (sidecar !== null && stream === null && world.leader?.cache.pods.has(pod.uid)) lines.push(`dial ${name} leader`);
  if (mayBootstrap(world, pod)) lines.push(`bootstrap ${name}`);
  if (mayBoot(pod)) lines.push(`boot ${name}`);
  return lines;
}
