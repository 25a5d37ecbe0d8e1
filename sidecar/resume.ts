import type { Journal } from './journal.ts';
import { refusedNow } from './outcome.ts';
import { enter, type Member, type Next } from './work.ts';

/**
 * Takes up what the journal says was under way when the sidecar ended, without telling the app anything a second time:
 * no intent → fire; an intent without an outcome → only verify, and if that does not prove it, refuse as unknown.
 */
export function resume(journal: Journal, now: number): Next {
  const { try: t, good } = journal;
  const member: Member = { journal, next: null, ticket: 0 };
  // While nobody looked, the app may have started on the files that are to go.
  const unsure: Member = { ...member, journal: { ...journal, unsure: journal.unsure || journal.booted } };
  const idle: Next = { member: { ...member, journal: { ...journal, try: null } }, effects: [] };
  if (t === null) return idle;
  switch (t.step) {
    case 'stage':
    case 'receive':
    case 'look':
      return idle;
    case 'swap':
      // The app may have started anew, and on either files: it is looked at again, and the swap is made whole.
      if (!journal.booted) return enter(member, t, now);
      return enter(unsure, { step: 'look', assign: t.assign, placed: t.placed, swapped: true }, now);
    case 'fire':
    case 'verify':
      return enter(member, { ...t, step: 'verify', firedAt: null, resumed: true }, now);
    case 'back':
    case 'lookBack':
      if (good === null) return refusedNow(member, t, 'there was nothing to go back to', true, now);
      return enter(unsure, { ...t, step: 'back', fired: t.step === 'lookBack' || t.fired }, now);
    case 'fireBack':
    case 'verifyBack': {
      if (t.assign.handle.verify !== null) return enter(unsure, { ...t, step: 'verifyBack', since: now }, now);
      const after = `the sidecar was restarted on the way back to ${good?.revision ?? 'the files it booted on'}, so whether the app is back is unknown`;
      return refusedNow(member, t, after, true, now);
    }
    case 'leave':
      if (good === null) return idle;
      return enter(unsure, t, now);
  }
}
