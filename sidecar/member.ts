import { isUntouched, type Journal, type Placed, type Try } from './journal.ts';
import { ack, appliedNow, refusedNow } from './outcome.ts';
import type { Assign, Epoch } from './protocol.ts';
import { enter, type Member, type Next, type Result } from './work.ts';

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
    return { member, effects: [ack(member.journal, assign, { kind: 'refused', because, agoMs: 0 })] };
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

type Tried = Pick<Assign, 'content' | 'attempt'>;

function isSameTry(a: Tried, b: Tried): boolean {
  return a.content === b.content && a.attempt === b.attempt;
}

function stay(member: Member): Next {
  return { member, effects: [] };
}

/** Leaves a try that touched nothing, and goes to the next assignment. */
function dropped(member: Member, next: Assign | null, now: number): Next {
  const idle: Member = { ...member, ticket: member.ticket + 1, journal: { ...member.journal, try: null } };
  const after = next === null ? stay(idle) : begin(idle, next, now);
  return { ...after, effects: [{ do: 'abandon' }, ...after.effects] };
}

function begin(member: Member, assign: Assign, now: number): Next {
  const { journal } = member;
  const { good, refused, unsure } = journal;
  if (refused !== null && isSameTry(refused, assign)) {
    const outcome = { kind: 'refused', because: refused.because, agoMs: now - refused.at } as const;
    return { member, effects: [ack(journal, assign, outcome, refused.firedAt)] };
  }
  if (good !== null && good.content === assign.content && !unsure) return adopt(member, assign, now);
  if (journal.fired.includes(`${assign.content} ${assign.attempt}`)) {
    const because = `attempt ${assign.attempt} of revision ${assign.revision} was made before, and it is not what runs: ask with a new attempt`;
    return { member, effects: [ack(journal, assign, { kind: 'refused', because, agoMs: 0 })] };
  }
  return enter(member, { step: 'stage', assign }, now);
}

/** The files are these already: nothing is fired. Those of the bootstrap volume get their name. */
function adopt(member: Member, assign: Assign, now: number): Next {
  const { good } = member.journal;
  if (good === null) return stay(member);
  const named = good.revision === null ? { ...good, revision: assign.revision, proof: 'Adopted' as const } : good;
  const journal = { ...member.journal, good: named };
  const { firedAt, tookMs } = named.attempt === assign.attempt ? named : { firedAt: null, tookMs: null };
  const outcome = { kind: 'applied', proof: named.proof, agoMs: Math.max(0, now - named.at) } as const;
  return { member: { ...member, journal }, effects: [ack(journal, assign, outcome, firedAt, tookMs)] };
}

function ended(member: Member, t: Try, result: Result, now: number): Next {
  if (result.kind === 'failed') return failed(member, t, result.because, result.told, now);
  const { journal } = member;
  switch (t.step) {
    case 'stage':
      if (result.kind !== 'staged') return stay(member);
      if (result.lacking.length > 0) return enter(member, { ...t, step: 'receive', placed: result.placed, lacking: result.lacking }, now);
      return toLook(member, t.assign, result.placed, now);
    case 'receive':
      return toLook(member, t.assign, t.placed, now);
    case 'look':
      if (member.next !== null) return leave(member, t, false, now);
      return enter(member, { ...t, step: 'swap', before: result.kind === 'seen' ? result.before : null }, now);
    case 'swap':
      if (member.next !== null) return leave(member, t, false, now);
      if (!journal.booted) return then(appliedNow(member, t, 'Booted', null, null, now), now);
      return enter(withFired(member, t.assign), { ...t, step: 'fire', since: now }, now);
    case 'fire': {
      const firedAt = result.kind === 'fired' ? result.at : null;
      if (member.next !== null) return leave(member, t, true, now);
      if (t.assign.handle.verify === null) return then(appliedNow(member, t, 'Delivered', firedAt, now - t.since, now), now);
      return enter(member, { ...t, step: 'verify', firedAt, resumed: false }, now);
    }
    case 'verify':
      return then(appliedNow(member, t, 'Confirmed', t.firedAt, t.resumed ? null : now - t.since, now), now);
    case 'back':
      if (!t.fired) return then(refusedNow(member, t, `the files are those of ${lastGood(journal)} again`, journal.unsure, now), now);
      // What comes next is fired anyway.
      if (member.next !== null) return then(refusedNow(member, t, `the files are those of ${lastGood(journal)} again`, true, now), now);
      return enter(member, { ...t, step: 'lookBack' }, now);
    case 'lookBack':
      return enter(member, { ...t, step: 'fireBack', before: result.kind === 'seen' ? result.before : null, since: now }, now);
    case 'fireBack':
      if (t.assign.handle.verify !== null) return enter(member, { ...t, step: 'verifyBack' }, now);
      return then(refusedNow(member, t, `told the app to go back to ${lastGood(journal)}`, false, now), now);
    case 'verifyBack':
      return then(refusedNow(member, t, `back on ${lastGood(journal)}`, false, now), now);
    case 'leave':
      return then(left(member, t.fired), now);
  }
}

function failed(member: Member, t: Try, because: string, told: boolean, now: number): Next {
  switch (t.step) {
    case 'stage':
    case 'receive':
      return then(refusedNow(member, { assign: t.assign, because, firedAt: null }, null, member.journal.unsure, now), now);
    case 'look':
      if (t.swapped) return back(member, { assign: t.assign, because, firedAt: null, fired: false }, now);
      return then(refusedNow(member, { assign: t.assign, because, firedAt: null }, null, member.journal.unsure, now), now);
    case 'swap':
      return back(member, { assign: t.assign, because, firedAt: null, fired: false }, now);
    case 'fire':
      return back(member, { assign: t.assign, because, firedAt: null, fired: told }, now);
    case 'verify': {
      const unknown = `unknown: the sidecar was restarted while it told the app, and ${because}`;
      return back(member, { assign: t.assign, because: t.resumed ? unknown : because, firedAt: t.firedAt, fired: true }, now);
    }
    case 'back':
    case 'lookBack':
    case 'fireBack':
    case 'verifyBack':
      return then(refusedNow(member, t, `going back to ${lastGood(member.journal)} failed: ${because}`, true, now), now);
    case 'leave':
      return then(left(member, true), now);
  }
}

/** The app is looked for before its files are touched; one that has not started yet needs no telling. */
function toLook(member: Member, assign: Assign, placed: Placed, now: number): Next {
  if (!member.journal.booted) return enter(member, { step: 'swap', assign, placed, before: null }, now);
  return enter(member, { step: 'look', assign, placed, swapped: false }, now);
}

const FIRED_KEPT = 64;

function withFired(member: Member, { content, attempt }: Assign): Member {
  return { ...member, journal: { ...member.journal, fired: [...member.journal.fired, `${content} ${attempt}`].slice(-FIRED_KEPT) } };
}

function back(member: Member, refusal: { assign: Assign; because: string; firedAt: number | null; fired: boolean }, now: number): Next {
  const { good } = member.journal;
  if (good === null) return then(refusedNow(member, refusal, 'there was nothing to go back to', refusal.fired, now), now);
  // It was the last good itself that the app would not take: telling it once more would be ping-pong.
  if (good.content === refusal.assign.content) return enter(member, { ...refusal, step: 'back', fired: false }, now);
  return enter(member, { ...refusal, step: 'back' }, now);
}

/** Superseded with its files in place: back to the last good, and on to the next. The app may have been told. */
function leave(member: Member, { assign }: Try, fired: boolean, now: number): Next {
  if (member.journal.good === null) return then(left(member, fired), now);
  const next = enter(member, { step: 'leave', assign, fired }, now);
  return { ...next, effects: [{ do: 'abandon' }, ...next.effects] };
}

function left(member: Member, fired: boolean): Next {
  return stay({ ...member, journal: { ...member.journal, try: null, unsure: member.journal.unsure || fired } });
}

/** A try has ended: on to the assignment that came meanwhile. */
function then(ending: Next, now: number): Next {
  const { next } = ending.member;
  if (next === null) return ending;
  const begun = begin({ ...ending.member, next: null }, next, now);
  return { member: begun.member, effects: [...ending.effects, ...begun.effects] };
}

function lastGood({ good }: Journal): string {
  return good?.revision ?? 'the files it booted on';
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
