import type { Ack, Assign, Attempt, Hello, Proof } from '../../sidecar/protocol.ts';

/** What this leader knows of one member. Every time is in ms since 1970, by the operator's clock. */
export type Report = {
  readonly link: { readonly kind: 'connected' } | { readonly kind: 'away'; readonly since: number };
  readonly booted: boolean;
  /** What its files are; null: none yet. Their revision's name is not known of files that nobody assigned. */
  readonly running: { readonly content: string; readonly revision: string | null; readonly at: number; readonly proof: Proof } | null;
  /** Sent and unanswered; outlives the stream, and goes with its ack. */
  readonly asked: (Try & { readonly at: number }) | null;
  /** The last refusal, until another try ended well. */
  readonly refused: (Try & { readonly at: number; readonly because: string }) | null;
};

/** One try of one member at one revision. */
export type Try = { readonly content: string; readonly revision: string; readonly attempt: Attempt };

export function isSameTry(a: Try, b: Try): boolean {
  return a.revision === b.revision && a.attempt === b.attempt && a.content === b.content;
}

/** A hello states everything but what was sent and has not arrived, which only we know. */
export function greeted(before: Report | undefined, hello: Hello, now: number): Report {
  const { running, refused } = hello;
  const report: Report = {
    link: { kind: 'connected' },
    booted: hello.booted,
    running: running && { content: running.content, revision: running.revision, proof: running.proof, at: now - running.agoMs },
    asked: null,
    refused: refused && { ...tryOf(refused), because: refused.because, at: now - refused.agoMs },
  };
  const asked = before?.asked ?? null;
  const { trying } = hello;
  if (trying !== null) return { ...report, asked: asked !== null && isSameTry(asked, trying) ? asked : { ...tryOf(trying), at: now } };
  return asked === null || isSettled(report, asked) ? report : { ...report, asked };
}

/**
 * An assignment was sent. Where the member has settled it already, this is a mere repetition and nobody waits for an answer.
 * Something else in flight means that it may run that by now, whatever it said before.
 */
export function stated(report: Report, assignment: Assign, now: number): Report {
  if (report.asked === null ? isSettled(report, assignment) : isSameTry(report.asked, assignment)) return report;
  return { ...report, asked: { ...tryOf(assignment), at: now } };
}

/** The ack of the assignment in flight. Gives the very same report back where it says nothing new. */
export function answered(report: Report, ack: Ack, now: number): Report {
  const after = withOutcome(report, ack, now);
  return after.asked === report.asked && after.running === report.running && after.refused === report.refused ? report : after;
}

function withOutcome(report: Report, ack: Ack, now: number): Report {
  const { outcome } = ack;
  const at = now - outcome.agoMs;
  switch (outcome.kind) {
    case 'applied': {
      const running = { content: ack.content, revision: ack.revision, at, proof: outcome.proof };
      const refused = report.refused?.content === ack.content ? null : report.refused;
      if (isSameRun(report.running, running)) return { ...report, asked: null, refused };
      return { ...report, booted: report.booted || ack.firedAt !== null, asked: null, refused: null, running };
    }
    case 'refused': {
      const refused = report.refused && isSameTry(report.refused, ack) ? report.refused : { ...tryOf(ack), at, because: outcome.because };
      return { ...report, asked: null, refused, running: lastGood(report, ack.running, now) };
    }
  }
}

/** `at` is as exact as the frame was quick. */
function isSameRun(a: Report['running'], b: NonNullable<Report['running']>): boolean {
  return a?.content === b.content && a.proof === b.proof && Math.abs(a.at - b.at) < 1000;
}

export function left(report: Report, now: number): Report {
  return { ...report, link: { kind: 'away', since: now } };
}

/** Shown applied, or refused at that very attempt. Files of a content that it refused prove nothing. */
function isSettled({ running, refused }: Report, tried: Try): boolean {
  if (refused?.content === tried.content) return refused.attempt === tried.attempt;
  return running?.content === tried.content;
}

function lastGood({ running }: Report, content: string | null, now: number): Report['running'] {
  if (content === null || content === running?.content) return content === null ? null : running;
  return { content, revision: null, at: now, proof: 'Adopted' };
}

function tryOf({ content, revision, attempt }: Try): Try {
  return { content, revision, attempt };
}
