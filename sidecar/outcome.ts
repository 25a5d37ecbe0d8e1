import type { Journal, Placed } from './journal.ts';
import type { Ack, Assign, Outcome, Proof } from './protocol.ts';
import type { Effect, Member, Next } from './work.ts';

type Applying = { readonly assign: Assign; readonly placed: Placed };

/** The try has ended well: its files are the last good from now on. */
export function appliedNow(member: Member, t: Applying, proof: Proof, firedAt: number | null, tookMs: number | null, now: number): Next {
  const { assign, placed } = t;
  const { good, previous } = member.journal;
  const journal: Journal = {
    ...member.journal,
    good: { ...placed, proof, at: now, attempt: assign.attempt, firedAt, tookMs },
    previous: good === null || good.content === placed.content ? previous : placedOf(good),
    unsure: false,
    try: null,
    refused: null,
  };
  return end(member, journal, ack(journal, assign, { kind: 'applied', proof, agoMs: 0 }, firedAt, tookMs));
}

type Refusing = { readonly assign: Assign; readonly because: string; readonly firedAt: number | null };

/** The try has ended in a refusal. `after`: what became of the files and the app, null where nothing was touched. */
export function refusedNow(member: Member, t: Refusing, after: string | null, unsure: boolean, now: number): Next {
  const { assign, firedAt } = t;
  const because = after === null ? t.because : `${t.because}; ${after}`;
  const { content, revision, attempt } = assign;
  const journal: Journal = { ...member.journal, try: null, unsure, refused: { content, revision, attempt, because, at: now, firedAt } };
  return end(member, journal, ack(journal, assign, { kind: 'refused', because, agoMs: 0 }, firedAt));
}

export function ack(
  journal: Journal,
  assign: Assign,
  outcome: Outcome,
  firedAt: number | null = null,
  tookMs: number | null = null,
): Effect {
  const { epoch, revision, content, attempt } = assign;
  // The files may be the last good's again, and the app not: then it is to be told once more, by a new attempt.
  const running = journal.unsure ? null : (journal.good?.content ?? null);
  const message: Ack = { type: 'ack', epoch, revision, content, attempt, outcome, running, firedAt, tookMs };
  return { do: 'ack', ack: message };
}

function end(member: Member, journal: Journal, answer: Effect): Next {
  const keep = [journal.good, journal.previous].filter((placed) => placed !== null);
  return { member: { ...member, journal }, effects: [answer, { do: 'collect', keep }] };
}

function placedOf({ content, revision, files, folders }: Placed): Placed {
  return { content, revision, files, folders };
}
