import type { Placed } from '../../sidecar/journal.ts';
import type { Assign } from '../../sidecar/protocol.ts';
import type { Result, Work } from '../../sidecar/work.ts';
import { type Pod, tell } from './pod.ts';
import type { Sidecar } from './sidecar.ts';
import type { World } from './world.ts';

const SILENCE_MS = 30_000;
const POISON_MS = 4_000;

/** When the work in flight can go on at the earliest; null where only somebody else can end it. */
export function workDue(world: World, { sidecar, app }: Pod): number | null {
  const flight = sidecar?.inFlight;
  if (!flight) return null;
  const { work: each, since, answer } = flight;
  switch (each.kind) {
    case 'stage':
    case 'look':
    case 'swap':
      return since;
    case 'receive':
      return since + SILENCE_MS;
    case 'fire':
      return answer === 'hangs' ? since + Math.max(0, each.timeoutMs) : since;
    case 'verify':
      return isProved(world, app, each) ? since : since + Math.max(0, each.timeoutMs);
  }
}

/** Null: not yet. */
export function resultOf(world: World, pod: Pod): Result | null {
  const flight = pod.sidecar?.inFlight;
  const due = workDue(world, pod);
  if (!flight || due === null || world.time.now() < due) return null;
  const { disk, app } = pod;
  const each = flight.work;
  if ('assign' in each) disk.assign = each.assign;
  switch (each.kind) {
    case 'stage': {
      const { content, revision, files } = each.assign;
      const isHere = each.reuse.some((placed) => placed.content === content);
      const placed: Placed = { content, revision, files, folders: [{ volume: 'configmaps/web', name: `..${disk.staged++}` }] };
      return { kind: 'staged', placed, lacking: isHere ? [] : files };
    }
    case 'receive':
      return { kind: 'failed', because: 'its files did not come within 30s', told: false };
    case 'look':
      if (!app.alive && !isWatching(pod)) return NOBODY;
      return { kind: 'seen', before: null };
    case 'swap':
      move(world, pod, each.to);
      return { kind: 'swapped' };
    case 'fire':
      if (isWatching(pod)) return { kind: 'fired', at: world.time.now() };
      return fire(world, pod, flight);
    case 'verify': {
      if (each.resumed && disk.inPlace !== each.placed.content)
        return { kind: 'failed', because: 'its files are not in place', told: false };
      if (isProved(world, app, each)) return { kind: 'proved' };
      if (!app.alive && isWatching(pod)) return { kind: 'failed', because: 'nobody listens', told: true, absent: true };
      return { kind: 'failed', because: 'nginx kept its workers', told: true };
    }
  }
}

function fire(world: World, pod: Pod, flight: NonNullable<Sidecar['inFlight']>): Result | null {
  const { app } = pod;
  if (flight.work.kind !== 'fire') return null;
  const { assign } = flight.work;
  const isChecked = assign.handle.verify !== null;
  if (flight.answer === null) {
    if (!app.alive) return NOBODY;
    flight.answer = told(world, pod, assign);
  }
  if (isChecked || flight.answer === 'takes') return { kind: 'fired', at: world.time.now() };
  if (flight.answer === 'hangs' && app.alive && world.time.now() < flight.since + flight.work.timeoutMs) return null;
  return { kind: 'failed', because: 'HTTP 500', told: true };
}

/** The app gets to know what is in place. */
function told(world: World, pod: Pod, assign: Assign): ReturnType<typeof tell> {
  const { disk, app, uid } = pod;
  const text = world.textOf(disk.inPlace);
  world.promises.told(pod, assign, disk.inPlace ?? '');
  const answer = tell(app, text, `${uid} ${text} ${assign.attempt}`);
  if (text.startsWith('poison'))
    world.time.after(POISON_MS, () => {
      if (app.runs === text) app.poisoned = true;
    });
  return answer;
}

/** An app that watches its files is told by what moves them, if it runs. */
export function move(world: World, pod: Pod, { content, folders }: Placed): void {
  const { disk, app } = pod;
  const folder = folders[0]?.name ?? '';
  const isMoved = disk.folder !== folder;
  disk.inPlace = content;
  disk.folder = folder;
  if (isMoved && app.alive && disk.assign?.handle.kind === 'fileWatch') told(world, pod, disk.assign);
}

function isWatching({ disk }: Pod): boolean {
  return disk.assign?.handle.kind === 'fileWatch';
}

function isProved(world: World, app: Pod['app'], { placed }: Extract<Work, { kind: 'verify' }>): boolean {
  return app.alive && app.runs === world.textOf(placed.content);
}

const NOBODY: Result = { kind: 'failed', because: 'no process nginx', told: false, absent: true };
