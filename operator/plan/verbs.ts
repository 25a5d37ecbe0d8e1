import { failuresOf } from './gate.ts';
import { quarantine } from './quarantine.ts';
import type { Heard, Progress, Said, Situation, Verbs } from './situation.ts';
import { nextWave, openedWaves } from './waves.ts';

/** One that ends the rollout comes before one that holds it, and that before one that moves it. */
const ORDER = ['abort', 'pause', 'promote', 'approve'] as const;

/**
 * Hears at most one verb that is new, or was taken back; the same progress where there is none. A verb is heard once: refused, it does not
 * come true later.
 */
export function hear(situation: Situation, progress: Progress): Progress {
  const { verbs } = situation;
  if (verbs === null) return progress;
  for (const verb of ORDER) {
    const said = verbs[verb];
    const last = progress.heard.find((it) => it.verb === verb);
    if (said === null && last !== undefined) return takeBack(situation, progress, last);
    if (said !== null && !isSame(said, last)) return answer(situation, progress, verb, said);
  }
  return progress;
}

/** Of the wave that is next: who lets it open. */
export function approvalOf(progress: Progress): string | null {
  const wave = openedWaves(progress) + 1;
  const approve = accepted(progress, 'approve');
  return approve?.wave === wave ? approve.by : promotionOf(progress);
}

/** Who wants the next wave open without waiting for anything; in the last wave, who wants it to be over. */
export function promotionOf(progress: Progress): string | null {
  const promote = accepted(progress, 'promote');
  return promote !== undefined && (promote.wave === null || promote.wave > openedWaves(progress)) ? promote.by : null;
}

export function isAborted(progress: Progress): boolean {
  return accepted(progress, 'abort') !== undefined;
}

/** `aborted by alice: too late at night`. */
export function saidBy(what: string, { by, reason }: Said): string {
  return `${what} by ${by}${reason ? `: ${reason}` : ''}`;
}

function accepted({ heard }: Progress, verb: Heard['verb']): Heard | undefined {
  return heard.find((it) => it.verb === verb && it.refused === null);
}

function isSame(said: Said & { readonly wave?: number | null }, last: Heard | undefined): boolean {
  return (
    last !== undefined && isRecordedAs(last.by, said.by) && isRecordedAs(last.reason, said.reason) && last.wave === (said.wave ?? null)
  );
}

/** A status that would be too large keeps the beginning. */
function isRecordedAs(recorded: string | null, said: string | null): boolean {
  return recorded === said || (recorded?.endsWith('…') === true && said?.startsWith(recorded.slice(0, -1)) === true);
}

/** A pause that is taken back goes on; what was promoted or aborted stays so. */
function takeBack({ now }: Situation, progress: Progress, last: Heard): Progress {
  const heard = progress.heard.filter((it) => it !== last);
  return last.verb === 'pause' ? { ...progress, heard, progressedAt: now } : { ...progress, heard };
}

function answer(situation: Situation, progress: Progress, verb: Heard['verb'], said: NonNullable<Verbs[typeof verb]>): Progress {
  const { by, reason } = said;
  const wave = 'wave' in said ? said.wave : null;
  const refused = refusalOf(situation, progress, verb, wave);
  const entry: Heard = { verb, by, reason, wave, at: situation.now, refused };
  const next = { ...progress, heard: [...progress.heard.filter((it) => it.verb !== verb), entry] };
  if (refused !== null || progress.candidate === null) return next;
  switch (verb) {
    case 'abort':
      return quarantine(next, progress.candidate, saidBy('aborted', said), situation.now);
    case 'promote':
      return { ...next, failed: null, forgiven: failuresOf(situation, progress, progress.candidate).length, progressedAt: situation.now };
    case 'pause':
    case 'approve':
      return next;
  }
}

/** Why the verb makes no sense now. */
function refusalOf(situation: Situation, progress: Progress, verb: Heard['verb'], wave: number | null): string | null {
  const { candidate, outcome } = progress;
  if (candidate === null)
    return outcome === null ? 'its members are on their way back to stable already' : `the rollout has ended: ${outcome}`;
  if (verb === 'abort' || verb === 'pause') return null;
  const opened = openedWaves(progress);
  const { waves } = situation.policy;
  if (wave !== null && wave <= opened) return `wave ${wave} is open already`;
  // A policy that was edited may have opened more than it has now.
  if (wave !== null && wave > Math.max(waves.length, opened + 1)) return `there is no wave ${wave}: the policy has ${waves.length}`;
  if (verb === 'promote') return null;
  if (wave !== opened + 1) return `wave ${opened + 1} comes before wave ${wave}`;
  return nextWave(situation, progress).approval ? null : `wave ${wave} needs no approval`;
}
