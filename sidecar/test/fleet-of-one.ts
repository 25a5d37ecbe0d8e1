import { durable, EMPTY_JOURNAL, type Journal, type Placed } from '../journal.ts';
import { type Event, mayStart, step } from '../member.ts';
import type { Ack, Assign } from '../protocol.ts';
import { resume } from '../resume.ts';
import type { Effect, Member, Next, Result, Work } from '../work.ts';

/** What the app does with a content: takes it, keeps the old one, or is gone. */
export type Behaviour = 'takes' | 'keeps' | 'gone';

/**
 * A member with a made-up disk and app, one step at a time: work that was begun waits until `finish` says so, so that anything may come in between.
 * The disk keeps what a crash leaves: the journal, and which content is in place. An app that watches its files is told by each swap that moves
 * them.
 */
export function fleetOfOne(behaviour: (content: string) => Behaviour = () => 'takes', watches = false) {
  let member: Member = { journal: EMPTY_JOURNAL, next: null, ticket: 0 };
  let disk: Journal = EMPTY_JOURNAL;
  let inPlace: string | null = null;
  let folderInPlace = '';
  let running: string | null = null;
  let pending: { readonly ticket: number; readonly work: Work } | null = null;
  let now = 1000;
  let folder = 0;
  let stuck = false;
  const acks: (Ack & { readonly runningThen: string | null })[] = [];
  const fires: string[] = [];
  const done: string[] = [];

  const run = (effect: Effect): void => {
    switch (effect.do) {
      case 'work':
        pending = effect;
        return;
      case 'abandon':
        done.push('abandon');
        pending = null;
        return;
      case 'ack':
        acks.push({ ...effect.ack, runningThen: running });
        return;
      case 'collect':
        return;
    }
  };
  const take = (next: Next): void => {
    member = next.member;
    disk = structuredClone(durable(member.journal));
    for (const effect of next.effects) run(effect);
  };
  /** As boot.ts does: without a try under way, the last good is put in place. */
  const recovered = (): Journal => {
    const { good, booted } = disk;
    if (good === null || disk.try !== null || inPlace === good.content) return disk;
    moveTo(good);
    stuck = false;
    return { ...disk, unsure: booted };
  };
  const moveTo = ({ content, folders }: Placed, name: string | null = null): void => {
    const to = folders[0]?.name ?? '..boot';
    const isMoved = to !== folderInPlace;
    [inPlace, folderInPlace] = [content, to];
    if (watches && isMoved && running !== null) tell(name);
  };
  /** The app gets to know that it is to run what is in place. */
  const tell = (name: string | null): void => {
    if (name !== null) fires.push(name);
    const does = behaviour(inPlace ?? '');
    if (does === 'takes') running = inPlace;
    if (does === 'gone') running = null;
  };
  const nameOf = ({ content, attempt }: Assign): string =>
    inPlace === content ? `${content} ${attempt}` : `${inPlace} after ${content} ${attempt}`;
  const post = (event: Event): void => take(step(member, event, now++));
  const swapNameOf = ({ content }: Placed): string | null => {
    const { try: t } = member.journal;
    if (t === null) return null;
    const { assign } = t;
    return t.step === 'swap' ? `${content} ${assign.attempt}` : `${content} after ${assign.content} ${assign.attempt}`;
  };
  /** The effect itself, as far as the world sees it. */
  const carryOut = (work: Work): Result => {
    done.push(work.kind);
    switch (work.kind) {
      case 'stage': {
        const { assign, reuse } = work;
        const placed: Placed = {
          content: assign.content,
          revision: assign.revision,
          files: assign.files,
          folders: [{ volume: 'configmaps/web', name: `..${folder++}` }],
        };
        return { kind: 'staged', placed, lacking: reuse.some(({ content }) => content === assign.content) ? [] : assign.files };
      }
      case 'receive':
        return { kind: 'received' };
      case 'look':
        if (watches) return { kind: 'seen', before: null };
        if (running === null) return { kind: 'failed', because: 'no process', told: false };
        return { kind: 'seen', before: { pid: 7, startTime: '1', name: 'app', workers: [] } };
      case 'swap':
        moveTo(work.to, swapNameOf(work.to));
        return { kind: 'swapped' };
      case 'fire':
        if (!watches) tell(nameOf(work.assign));
        return { kind: 'fired', at: now };
      case 'verify':
        if (running === work.placed.content && inPlace === work.placed.content) return { kind: 'proved' };
        if (watches && running === null) return { kind: 'failed', because: 'nobody listens', told: true, absent: true };
        return { kind: 'failed', because: running === null ? 'it was gone' : 'it kept its workers', told: true };
    }
  };

  return {
    post,
    /** For `assigned`, where the app watches. */
    handle: watches ? { handle: WATCH } : {},
    acks,
    fires,
    /** Kinds of work that were carried out. */
    done,
    member: () => member,
    journal: () => member.journal,
    inPlace: () => inPlace,
    /** The last swap failed, so the files may be others than the journal says. */
    isStuck: () => stuck,
    running: () => running,
    pending: () => pending?.work.kind ?? null,
    /** Ends the work in flight: carried out, or with that result in place of it. */
    finish(instead?: Result): void {
      if (pending === null) return;
      const { ticket, work } = pending;
      pending = null;
      if (work.kind === 'swap') stuck = instead !== undefined;
      const result = instead ?? carryOut(work);
      post({ kind: 'done', ticket, result });
    },
    /** Ends the work in flight, but its result cannot be written down. */
    finishUnwritten(): void {
      if (pending === null) return;
      const { ticket, work } = pending;
      pending = null;
      post({ kind: 'unwritable', because: 'ENOSPC: no space left on device', lost: { kind: 'done', ticket, result: carryOut(work) } });
    },
    settle(): void {
      for (let i = 0; pending !== null && i < 100; i++) this.finish();
    },
    /** `kill -9`, before or after the work in flight was carried out, and a new start from the disk. */
    crash(when: 'before' | 'after' = 'before'): void {
      if (pending !== null && when === 'after') carryOut(pending.work);
      pending = null;
      take(resume(recovered(), now++));
    },
    /** The startup probe asks, and the app starts where it passes. */
    start(): void {
      if (!mayStart(member.journal)) return;
      post({ kind: 'started' });
      running ??= inPlace;
    },
    /** The kubelet starts the app's container again; not in the milliseconds between a swap and what follows on it. */
    restartApp(): void {
      const step = member.journal.try?.step;
      if (member.journal.booted && step !== 'fire' && step !== 'back' && step !== 'leave') running = inPlace;
    },
    bootstrap(content: string): void {
      if (member.journal.good !== null || member.journal.try !== null) return;
      [inPlace, folderInPlace] = [content, '..boot'];
      post({ kind: 'bootstrapped', placed: { content, revision: null, files: [], folders: [] } });
    },
  };
}

export type FleetOfOne = ReturnType<typeof fleetOfOne>;

let sequence = 0;

const WATCH: Assign['handle'] = {
  kind: 'fileWatch',
  verify: { kind: 'http', port: 8080, path: '/version', jsonPath: null, equals: 'Revision' },
};

/** `content` is its revision's name, too. */
export function assigned(content: string, attempt: string, more: Partial<Assign> = {}): Event {
  const file = { source: 'configmaps/web', key: 'app.conf', sha256: content, bytes: 3, mode: 0o644 } as const;
  const handle = { kind: 'signal', signal: 'SIGHUP', process: 'app', container: null, verify: { kind: 'workers' } } as const;
  const assign: Assign = {
    type: 'assign',
    epoch: [1, ++sequence],
    revision: content,
    content,
    attempt,
    sources: ['configmaps/web'],
    files: [file],
    handle,
    timeoutMs: 3000,
    containerId: null,
    appRuns: true,
    ...more,
  };
  return { kind: 'assign', assign };
}

/** An app that runs `r1`, booted on it. */
export function aRunningMember(behaviour?: (content: string) => Behaviour, watches = false): FleetOfOne {
  const fleet = fleetOfOne(behaviour, watches);
  fleet.post(assigned('r1', '1.1', fleet.handle));
  fleet.settle();
  fleet.start();
  fleet.acks.length = 0;
  fleet.done.length = 0;
  return fleet;
}
