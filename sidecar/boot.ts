import { bootstrap } from './bootstrap.ts';
import { damageOf } from './damage.ts';
import { hasFiles } from './files.ts';
import type { Folders } from './folders.ts';
import { EMPTY_JOURNAL, type Journal } from './journal.ts';
import type { Log } from './log.ts';
import type { Event } from './member.ts';
import { reasonOf } from './sentence.ts';
import { areInPlace, swap } from './swap.ts';
import type { Member } from './work.ts';

/** An assignment is waited for this long, before the bootstrap volume is taken. */
export const PATIENCE_MS = 3000;
const RETRY_MS = 1000;
const SAY_MS = 60_000;

/** What of the journal agrees with the disk. The last good is put in place where nothing was under way; `say` hears why it is none any more. */
export function recover(read: Journal | null, folders: Folders, say: (because: string) => void): Journal {
  // Files without a journal: something ran here before, so the app may run, too.
  if (read === null) return { ...EMPTY_JOURNAL, booted: hasFiles(folders) };
  // A journal without files: they were in memory, and ended with the pod's sandbox, and so did the app.
  if (!hasFiles(folders)) return { ...EMPTY_JOURNAL, epoch: read.epoch, fired: read.fired };
  if (read.good === null) return read;
  const damage = damageOf(folders, read.good);
  if (damage !== null) {
    say(`the last good files${read.good.revision === null ? '' : ` (${read.good.revision})`} are not used: ${damage}`);
    return { ...read, good: null };
  }
  if (read.try !== null || areInPlace(folders, read.good)) return read;
  swap(folders, read.good);
  return { ...read, unsure: read.booted };
}

export type Waiting = {
  readonly folders: Folders;
  readonly bootstrapRoot: string;
  readonly member: () => Member;
  readonly post: (event: Event) => void;
  readonly log: Log;
};

/** Without a last good: an assignment within 3 s, else the bootstrap volume, else the pod is held until one of them comes. `because` says what for. */
export function awaitFiles({ folders, bootstrapRoot, member, post, log }: Waiting): { because(): string } {
  let because = 'waiting for an assignment';
  let saidAt = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    const { good, refused, try: t } = member().journal;
    if (good !== null) return;
    if (t === null) {
      try {
        const placed = bootstrap(folders, bootstrapRoot, new Date());
        log('info', 'took the bootstrap volume: no assignment came', { files: placed.files.length });
        return post({ kind: 'bootstrapped', placed });
      } catch (error) {
        because = `${reasonOf(error)}, and ${refused === null ? 'the operator has assigned none' : `${refused.revision} was refused: ${refused.because}`}`;
      }
    }
    if (performance.now() - saidAt >= SAY_MS) {
      saidAt = performance.now();
      log('warn', `the pod is held: ${because}`);
    }
    setTimeout(look, RETRY_MS);
  };
  if (member().journal.good === null) setTimeout(look, PATIENCE_MS);
  return { because: () => because };
}
