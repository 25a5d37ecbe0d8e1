import type { Verify } from '../protocol.ts';
import { type Hide, hiding } from '../redact.ts';
import { oneLine } from '../sentence.ts';
import type { Result, Work } from '../work.ts';
import { kindOf, type World } from './index.ts';
import { lookOverHttp } from './verify-http.ts';
import { lookAtWorkers, type Look } from './verify-workers.ts';

type Verifying = Extract<Work, { kind: 'verify' }>;

/** The first look comes at once, so that a quick reload is proved quickly; later ones cost little. */
const FIRST_PAUSE_MS = 5;
const LAST_PAUSE_MS = 50;

/** Looks until the app has proved that it runs the files, or the time is over. */
export async function verify(work: Verifying, world: World, signal: AbortSignal): Promise<Result> {
  const { handle } = work.assign;
  if (handle.verify === null) return failed('the policy has no `verify` that could tell whether the app took it');
  const start = world.now();
  const hide = hiding(world.secrets);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LAST_PAUSE_MS)) {
    await sleep(Math.min(pause, work.timeoutMs - (world.now() - start)), signal);
    const tookMs = world.now() - start;
    // A busy machine looks late for the last time; what was allowed is what is said.
    const look = await lookOnce(handle.verify, work, Math.min(tookMs, work.timeoutMs), world, hide, signal);
    if (look.kind === 'proved') return look;
    if (look.kind === 'never' || signal.aborted || tookMs >= work.timeoutMs)
      return failed(look.because, look.kind === 'not yet' && look.absent === true);
  }
}

async function lookOnce(kind: Verify, work: Verifying, tookMs: number, world: World, hide: Hide, signal: AbortSignal): Promise<Look> {
  switch (kind.kind) {
    case 'workers': {
      if (work.before === null) return { kind: 'never', because: 'its workers before the reload are not known' };
      return lookAtWorkers(work.before, kindOf(work.assign.handle).name(work.assign.handle), tookMs, world.proc);
    }
    case 'http': {
      const { placed } = work;
      const expected = kind.equals === 'Revision' ? placed.revision : world.read(placed, kind.equals.source, kind.equals.key).trim();
      if (expected === null) return { kind: 'never', because: 'the files it booted on have no name that it could answer with' };
      return lookOverHttp(kind, expected, tookMs, Math.max(LAST_PAUSE_MS, work.timeoutMs - tookMs), signal, hide);
    }
  }
}

function failed(because: string, absent = false): Result {
  return { kind: 'failed', because: oneLine(because, 400), told: true, ...(absent && { absent }) };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal.addEventListener('abort', end);
  });
}
