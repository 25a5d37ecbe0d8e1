import { createHash } from 'node:crypto';
import { STABLE } from './api.ts';
import { revisionFor, textOfBytes } from './content.ts';
import { type Driver, drive } from '../../sidecar/drive.ts';
import { fromOperator } from '../../sidecar/frames.ts';
import { hello } from '../../sidecar/hello.ts';
import { EMPTY_JOURNAL, type Journal } from '../../sidecar/journal.ts';
import { mayStart } from '../../sidecar/member.ts';
import type { FromSidecar } from '../../sidecar/protocol.ts';
import { resume } from '../../sidecar/resume.ts';
import type { Result, Work } from '../../sidecar/work.ts';
import { boots, type Pod, startApp, type tell } from './pod.ts';
import { move, resultOf } from './work.ts';
import type { World } from './world.ts';

/** The real member and its driver, over a disk and an app that are a few fields. Work ends when the story says so. */
export type Sidecar = {
  readonly startedAt: number;
  driver: Driver;
  inFlight: { readonly ticket: number; readonly work: Work; readonly since: number; answer: ReturnType<typeof tell> | null } | null;
  /** `after record`: it is killed with the next write of its journal done, and nothing that should follow. */
  fate: 'lives' | 'dies after record' | 'dead';
};

export const BOOT_PATIENCE_MS = 3_000;

export function startSidecar(world: World, pod: Pod): void {
  const now = world.time.now();
  const journal = recover(world, pod);
  const sidecar: Sidecar = { startedAt: now, driver: UNBORN, inFlight: null, fate: 'lives' };
  pod.sidecar = sidecar;
  sidecar.driver = drive(resume(journal, now), {
    now: world.time.now,
    write: (kept) => {
      if (sidecar.fate === 'dead') return;
      world.promises.wrote(pod, kept);
      pod.disk.journal = JSON.stringify(kept);
      if (sidecar.fate === 'dies after record') sidecar.fate = 'dead';
    },
    run: (effect) => {
      if (sidecar.fate === 'dead') return;
      switch (effect.do) {
        case 'work':
          sidecar.inFlight = { ticket: effect.ticket, work: effect.work, since: world.time.now(), answer: null };
          if (effect.work.kind === 'receive') {
            const files = effect.work.lacking.map(({ source, key }) => ({ source, key }));
            say(pod, { type: 'want', epoch: effect.work.assign.epoch, files });
          }
          return;
        case 'abandon':
          sidecar.inFlight = null;
          return;
        case 'ack':
          world.promises.acked(pod, effect.ack);
          return say(pod, effect.ack);
        case 'collect':
          return;
      }
    },
  });
}

/** Its end of the stream goes with it; what it has sent is still heard. */
export function killSidecar(pod: Pod): void {
  if (pod.sidecar) pod.sidecar.fate = 'dead';
  pod.sidecar = null;
  pod.stream?.up.push(null);
  pod.stream = null;
}

export function sayHello(world: World, pod: Pod): void {
  if (!pod.sidecar) return;
  const frame = hello(pod.sidecar.driver.member().journal, world.time.now());
  world.promises.greets(pod, frame);
  say(pod, frame);
}

/** The sidecar hears the next frame of its stream. */
export function listen(world: World, pod: Pod): void {
  const frame = pod.stream?.down.shift();
  const { sidecar } = pod;
  if (frame === undefined || sidecar === null) return;
  if (frame === null) return lose(pod);
  if (typeof frame !== 'string') return take(world, pod, frame);
  assigned(world, pod, frame);
}

/** A frame of the operator, be it one that was heard before. */
export function assigned(world: World, pod: Pod, text: string): void {
  const frame = fromOperator(text);
  if (frame?.type !== 'assign' || pod.sidecar === null) return;
  const before = pod.disk.journal;
  pod.sidecar.driver.post({ kind: 'assign', assign: frame });
  world.promises.heard(pod, frame, before);
}

function lose(pod: Pod): void {
  pod.stream?.up.push(null);
  pod.stream = null;
  pod.sidecar?.driver.post({ kind: 'linkLost' });
}

function take(world: World, pod: Pod, piece: Uint8Array): void {
  const flight = pod.sidecar?.inFlight;
  if (flight?.work.kind !== 'receive') return;
  world.promises.received(pod, createHash('sha256').update(piece).digest('hex') === flight.work.lacking[0]?.sha256);
  end(pod, { kind: 'received' });
}

function end(pod: Pod, result: Result): void {
  const flight = pod.sidecar?.inFlight;
  if (!pod.sidecar || !flight) return;
  pod.sidecar.inFlight = null;
  pod.sidecar.driver.post({ kind: 'done', ticket: flight.ticket, result });
}

function say({ stream }: Pod, frame: FromSidecar): void {
  stream?.up.push(frame);
}

/** Does what is in flight and, unless the sidecar is killed in between, ends it. */
export function work(world: World, pod: Pod, isKilledBetween = false): void {
  const result = resultOf(world, pod);
  if (result !== null && !isKilledBetween) end(pod, result);
}

/** As boot.ts does it: the last good is in place where nothing was under way. */
function recover(world: World, pod: Pod): Journal {
  const { disk } = pod;
  const read = disk.journal === null ? null : (JSON.parse(disk.journal) as Journal);
  if (read === null) return { ...EMPTY_JOURNAL, booted: disk.inPlace !== null };
  if (read.good === null || read.try !== null || disk.inPlace === read.good.content) return read;
  move(world, pod, read.good);
  return { ...read, unsure: read.booted };
}

export function mayBootstrap(world: World, { sidecar }: Pod): boolean {
  if (sidecar === null || world.time.now() < sidecar.startedAt + BOOT_PATIENCE_MS) return false;
  const { good, try: t } = sidecar.driver.member().journal;
  return good === null && t === null && world.api.tables.configmaps.has(STABLE);
}

/** Nobody answered: the files of `<source>-stable`. The operator was told that there are none, and hears of it. */
export function bootstrap(world: World, pod: Pod): void {
  if (!pod.sidecar || !mayBootstrap(world, pod)) return;
  const text = textOfBytes(world.api.tables.configmaps.get(STABLE)?.data?.['app.conf']);
  const { content, files } = revisionFor(text ?? '');
  pod.disk.inPlace = content;
  pod.disk.folder = '..boot';
  pod.sidecar.driver.post({
    kind: 'bootstrapped',
    placed: { content, revision: null, files, folders: [{ volume: 'configmaps/web', name: '..boot' }] },
  });
  sayHello(world, pod);
}

export function mayBoot({ sidecar, app }: Pod): boolean {
  return sidecar !== null && app.startedAt === null && mayStart(sidecar.driver.member().journal);
}

/** The startup probe passes, and the app's container starts. */
export function boot(world: World, pod: Pod): void {
  if (!mayBoot(pod)) return;
  pod.sidecar?.driver.post({ kind: 'started' });
  startApp(pod.app, world.textOf(pod.disk.inPlace), world.wall());
}

/**
 * Its container, by the kubelet. That takes a second at least, and the sidecar milliseconds from its swap to the handle, or back: an app
 * that starts in between, unseen, does not happen here. Nor does one that starts while a sidecar is dead that was on its way back.
 */
export function mayRestart(world: World, { app, disk, sidecar, managed }: Pod): boolean {
  if (app.alive || app.startedAt === null) return false;
  if (!managed) return true;
  const journal = sidecar?.driver.member().journal ?? (JSON.parse(disk.journal ?? '{"try":null}') as Pick<Journal, 'try'>);
  const step = journal.try?.step ?? 'stage';
  const isUnseen =
    sidecar === null ? ['back', 'leave'].includes(step) : !['stage', 'receive', 'look', 'verify', 'verifyBack'].includes(step);
  return !isUnseen && boots(world.textOf(disk.inPlace));
}

const UNBORN: Driver = {
  post: () => {
    throw new Error('the sidecar has not started');
  },
  member: () => {
    throw new Error('the sidecar has not started');
  },
};
