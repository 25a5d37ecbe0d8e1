import { ack } from './outcome.ts';
import type { Assign } from './protocol.ts';
import { enter, type Member, type Next, stay } from './work.ts';

/** What an idle member does about an assignment: repeat its answer, adopt what runs, or try. */
export function begin(member: Member, assign: Assign, now: number): Next {
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

type Tried = Pick<Assign, 'content' | 'attempt'>;

export function isSameTry(a: Tried, b: Tried): boolean {
  return a.content === b.content && a.attempt === b.attempt;
}
