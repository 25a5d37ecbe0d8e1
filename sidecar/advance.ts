import { begin } from './begin.ts';
import type { Journal, Placed, Try } from './journal.ts';
import { appliedNow, refusedNow } from './outcome.ts';
import type { Assign } from './protocol.ts';
import { swapTells } from './told.ts';
import { enter, type Member, type Next, type Result, stay } from './work.ts';

/** The work of a step has ended: the next step, or the answer. */
export function ended(member: Member, t: Try, result: Result, now: number): Next {
  if (result.kind === 'failed') {
    if (result.absent && !t.assign.appRuns) return absent(member, t, result.because, now);
    return failed(member, t, result.because, result.told, now);
  }
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
      return enter(
        swapTells(journal, t.assign) ? withFired(member, t.assign) : member,
        { ...t, step: 'swap', before: result.kind === 'seen' ? result.before : null },
        now,
      );
    case 'swap':
      if (member.next !== null) return leave(member, t, swapTells(journal, t.assign), now);
      if (!journal.booted || t.absent) return then(appliedNow(member, t, 'Booted', null, null, now), now);
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

/** Nobody is there to be told, and the operator knows that the app does not run: it will start on whatever files are in place. */
function absent(member: Member, t: Try, because: string, now: number): Next {
  switch (t.step) {
    case 'look':
      return enter(member, { step: 'swap', assign: t.assign, placed: t.placed, before: null, absent: true }, now);
    case 'fire':
      return then(appliedNow(member, t, 'Booted', null, null, now), now);
    case 'verify':
      // It was down for the whole of its time.
      if (swapTells(member.journal, t.assign)) return then(appliedNow(member, t, 'Booted', null, null, now), now);
      return failed(member, t, because, false, now);
    case 'stage':
    case 'receive':
    case 'swap':
    case 'back':
    case 'lookBack':
    case 'fireBack':
    case 'verifyBack':
    case 'leave':
      return failed(member, t, because, false, now);
  }
}

export function failed(member: Member, t: Try, because: string, told: boolean, now: number): Next {
  switch (t.step) {
    case 'stage':
    case 'receive':
      return then(refusedNow(member, { assign: t.assign, because, firedAt: null }, null, member.journal.unsure, now), now);
    case 'look':
      if (t.swapped) return back(member, t, { because, firedAt: null, fired: swapTells(member.journal, t.assign) }, now);
      return then(refusedNow(member, { assign: t.assign, because, firedAt: null }, null, member.journal.unsure, now), now);
    case 'swap':
      // Of several sources, the first ones may have been swapped.
      return back(member, t, { because, firedAt: null, fired: swapTells(member.journal, t.assign) }, now);
    case 'fire':
      return back(member, t, { because, firedAt: null, fired: told || swapTells(member.journal, t.assign) }, now);
    case 'verify': {
      const isUnknown = t.resumed && !swapTells(member.journal, t.assign);
      const unknown = `unknown: the sidecar was restarted while it told the app, and ${because}`;
      return back(member, t, { because: isUnknown ? unknown : because, firedAt: t.firedAt, fired: true }, now);
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
  const { fired } = member.journal;
  const told = `${content} ${attempt}`;
  if (fired.includes(told)) return member;
  return { ...member, journal: { ...member.journal, fired: [...fired, told].slice(-FIRED_KEPT) } };
}

type Swapped = { readonly assign: Assign; readonly placed: Placed };
type Refusal = { readonly because: string; readonly firedAt: number | null; readonly fired: boolean };

function back(member: Member, { assign, placed }: Swapped, refusal: Refusal, now: number): Next {
  const { good } = member.journal;
  const t = { ...refusal, assign };
  if (good === null) return then(refusedNow(member, t, 'there was nothing to go back to', refusal.fired, now), now);
  if (good.content !== assign.content) return enter(member, { ...t, step: 'back' }, now);
  // It was the last good itself that the app would not take: telling it once more would be ping-pong.
  if (!swapTells(member.journal, assign)) return enter(member, { ...t, step: 'back', fired: false }, now);
  const journal = { ...member.journal, good: { ...good, ...placed } };
  return then(refusedNow({ ...member, journal }, t, 'its files stay in place', true, now), now);
}

/** Superseded with its files in place: back to the last good, and on to the next. The app may have been told. */
export function leave(member: Member, { assign }: Try, fired: boolean, now: number): Next {
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
