import { ended, failed, leave } from './advance.ts';
import { begin, isSameTry } from './begin.ts';
import { isUntouched, type Journal, type Placed } from './journal.ts';
import { ack } from './outcome.ts';
import type { Assign, Epoch } from './protocol.ts';
import { type Member, type Next, type Result, stay } from './work.ts';

/** What happened. `now` of `step` is the machine's monotonic clock in ms. */
export type Event =
  | { readonly kind: 'assign'; readonly assign: Assign }
  /** The work with that ticket ended. */
  | { readonly kind: 'done'; readonly ticket: number; readonly result: Result }
  | { readonly kind: 'linkLost' }
  /** The startup probe passes: from here on the app may run. */
  | { readonly kind: 'started' }
  /** Nobody answered, so the bootstrap volume's files were put in place. */
  | { readonly kind: 'bootstrapped'; readonly placed: Placed }
  /** The journal could not be written, so that what should follow on `lost` was not done. */
  | { readonly kind: 'unwritable'; readonly because: string; readonly lost: Event };

/**
 * The member's one decision: what to do about an event. The caller writes the new journal to the disk before it does the effects.
 * stage → receive → look → swap → fire → verify → ack; a refusal after the swap goes back to the last good and tells the app once.
 */
export function step(member: Member, event: Event, now: number): Next {
  switch (event.kind) {
    case 'assign':
      return assigned(member, event.assign, now);
    case 'done':
      return event.ticket === member.ticket && member.journal.try !== null
        ? ended(member, member.journal.try, event.result, now)
        : stay(member);
    case 'linkLost':
      // The operator sends the assignment again; until then there is nobody to receive from.
      return member.journal.try?.step === 'receive' ? dropped(member, null, now) : stay(member);
    case 'started':
      return stay({ ...member, journal: { ...member.journal, booted: true } });
    case 'bootstrapped':
      return stay(bootstrapped(member, event.placed, now));
    case 'unwritable':
      return unwritable(member, event.because, event.lost, now);
  }
}

/** May the startup probe pass? Files are in place, and not just being swapped before an app that could not be told. */
export function mayStart({ good, booted, try: t }: Journal): boolean {
  return good !== null && (booted || t === null || isUntouched(t));
}

function assigned(member: Member, assign: Assign, now: number): Next {
  const { epoch, try: t } = member.journal;
  if (epoch !== null && isLower(assign.epoch, epoch)) {
    const because = `epoch ${assign.epoch.join('.')} is lower than ${epoch.join('.')}, which this pod has seen: a leader that is no more`;
    return { member, effects: [ack(member.journal, assign, { kind: 'refused', because, agoMs: 0, seen: epoch })] };
  }
  const seen: Member = { ...member, next: null, journal: { ...member.journal, epoch: assign.epoch } };
  if (t === null) return begin(seen, assign, now);
  if (isUntouched(t)) return dropped(seen, assign, now);
  if (t.step !== 'leave' && isSameTry(t.assign, assign)) {
    return stay({ ...seen, journal: { ...seen.journal, try: { ...t, assign: { ...t.assign, epoch: assign.epoch } } } });
  }
  // To verify only looks: it can be left at any moment. Other steps end first.
  if (t.step === 'verify') return leave({ ...seen, next: assign }, t, true, now);
  return stay({ ...seen, next: assign });
}

function isLower(a: Epoch, b: Epoch): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** Leaves a try that touched nothing, and goes to the next assignment. */
function dropped(member: Member, next: Assign | null, now: number): Next {
  const idle: Member = { ...member, ticket: member.ticket + 1, journal: { ...member.journal, try: null } };
  const after = next === null ? stay(idle) : begin(idle, next, now);
  return { ...after, effects: [{ do: 'abandon' }, ...after.effects] };
}

function bootstrapped(member: Member, placed: Placed, now: number): Member {
  const { journal } = member;
  if (journal.good !== null || journal.try !== null) return member;
  const good = { ...placed, proof: 'Booted', at: now, attempt: null, firedAt: null, tookMs: null } as const;
  return { ...member, journal: { ...journal, good, unsure: journal.booted } };
}

function unwritable(member: Member, because: string, lost: Event, now: number): Next {
  const sentence = `the sidecar could not write its journal: ${because}`;
  if (lost.kind === 'assign')
    return { member, effects: [ack(member.journal, lost.assign, { kind: 'refused', because: sentence, agoMs: 0 })] };
  const t = member.journal.try;
  if (lost.kind !== 'done' || lost.ticket !== member.ticket || t === null) return stay(member);
  return failed(member, t, sentence, lost.result.kind === 'fired' || (lost.result.kind === 'failed' && lost.result.told), now);
}
