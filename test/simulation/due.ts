import { isBehind } from './watches.ts';
import { TABLES } from './api.ts';
import { isPassDue, type Operator } from './operator.ts';
import { isReady, type Pod } from './pod.ts';
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
  let next: number | null = null;
  const at = (time: number | null) => {
    if (time !== null && time > now && (next === null || time < next)) next = time;
  };
  at(world.time.next());
  for (const [, { wakeAt, notBefore, isTouched }] of operatorsOf(world)) {
    at(wakeAt);
    if (isTouched) at(notBefore);
  }
  for (const pod of world.pods.values()) {
    if (pod.stopped) continue;
    at(workDue(world, pod));
    at(pod.sidecar && pod.sidecar.startedAt + BOOT_PATIENCE_MS);
  }
  return next;
}

export function operatorsOf({ leader, old }: World): readonly (readonly ['leader' | 'old', Operator])[] {
  return [...(leader ? [['leader', leader] as const] : []), ...(old ? [['old', old] as const] : [])];
}

function dueAt(world: World, name: string, operator: Operator): readonly string[] {
  const { watches, calls, asking } = operator;
  const lines: string[] = [];
  if (calls.length > 0) lines.push(`answer ${name} ok`);
  for (const table of TABLES) if (isBehind(world.api, watches, table)) lines.push(`show ${name} ${table}`);
  for (const { gate } of asking) lines.push(`measure ${name} ${gate} holds`);
  if (isPassDue(world, operator)) lines.push(`pass ${name}`);
  return lines;
}

function podsDue(world: World): readonly string[] {
  const heard = new Set<string>();
  for (const { up, pod } of world.streams) if (up.length > 0) heard.add(pod);
  const lines = [...heard].map((name) => `hear ${name} first`);
  for (const pod of world.pods.values()) podDue(world, pod, lines);
  const next = nextReplaced(world);
  if (next !== null) lines.push(`replace ${next}`);
  return lines;
}

function podDue(world: World, pod: Pod, lines: string[]): void {
  const { name, app, sidecar, stream, managed, stopped, leaves } = pod;
  if (leaves !== 'no') lines.push(`leave ${name}`);
  if (app.alive && !app.warm) lines.push(`ready ${name}`);
  if (mayRestart(world, pod)) lines.push(`restart ${name}`);
  if (stopped) return;
  if (managed && sidecar === null) lines.push(`revive ${name}`);
  if (stream !== null && stream.down.length > 0) lines.push(`listen ${name}`);
  const workAt = workDue(world, pod);
  if (workAt !== null && workAt <= world.time.now()) lines.push(`work ${name}`);
  if (sidecar !== null && stream === null && leaves === 'no' && world.leader?.watches.pods.known.has(pod.uid))
    lines.push(`dial ${name} leader`);
  if (mayBootstrap(world, pod)) lines.push(`bootstrap ${name}`);
  if (mayBoot(pod)) lines.push(`boot ${name}`);
}

/** The Deployment replaces one pod after another, once those that it has made are Ready. */
function nextReplaced({ pods, template }: World): string | null {
  let oldest: string | null = null;
  for (const pod of pods.values()) {
    if (pod.leaves !== 'no' || (pod.template === template && !isReady(pod.app))) return null;
    if (pod.template !== template) oldest ??= pod.name;
  }
  return oldest;
}
