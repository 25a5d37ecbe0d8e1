import {
  type Ack,
  type Assign,
  type Epoch,
  type FromOperator,
  type Hello,
  type Outcome,
  type Proof,
  PROTOCOL_VERSION,
  type Want,
} from '../sidecar/protocol.ts';
import { type Session, session } from '../sidecar/session.ts';

export type Dial = { readonly operator: string; readonly token: string; readonly ca: string };

/** A revision with a file of that name is refused by everybody. */
export const REFUSED_KEY = 'refuse-me';

/** From the assignment to the answer: spread, so that answers come one by one, as they do in a fleet. */
const ANSWER_MS: Spread = { least: 20, most: 600 };

export type Spread = { readonly least: number; readonly most: number };

/** What a bench that counts is told. */
export type Watch = {
  readonly connected: () => void;
  readonly lost: () => void;
  readonly assigned: () => void;
  /** `fired`: the app would have been told. */
  readonly acked: (fired: boolean) => void;
};

type Running = { readonly content: string; readonly revision: string; readonly proof: Proof; readonly at: number };
type Refused = { readonly assign: Assign; readonly because: string; readonly at: number };

/** The protocol of a sidecar over the real session, with no files and no app behind it. */
export function madeUpSidecar({ operator, token, ca }: Dial, watch?: Watch, answerMs: Spread = ANSWER_MS): Session {
  let epoch: Epoch | null = null;
  let running: Running | null = null;
  /** Its files are on the disk still, so that the way back needs no bytes. */
  let before: Running | null = null;
  let refused: Refused | null = null;
  let trying: { readonly assign: Assign; missing: number } | null = null;

  const stream = session({
    operator,
    token: () => token,
    ca: () => [ca],
    hello: () => hello(epoch, running, refused),
    onFrame: take,
    onBytes: (piece) => {
      if (trying === null) return;
      trying.missing -= piece.length;
      if (trying.missing <= 0) settleLater(trying.assign);
    },
    onLost: () => {
      trying = null;
      watch?.lost();
    },
    log: (level) => {
      // It has one word at this level.
      if (level === 'info') watch?.connected();
    },
    random: Math.random,
  });
  return stream;

  function take(frame: FromOperator): void {
    if (frame.type !== 'assign') return;
    watch?.assigned();
    epoch = frame.epoch;
    trying = null;
    if (frame.content === running?.content) return answer(frame, applied(running), null);
    if (frame.content === refused?.assign.content && frame.attempt === refused.assign.attempt) return answer(frame, refusal(refused), null);
    trying = { assign: frame, missing: frame.files.reduce((sum, { bytes }) => sum + bytes, 0) };
    if (frame.content === before?.content || trying.missing === 0) return settleLater(frame);
    const want: Want = { type: 'want', epoch: frame.epoch, files: frame.files.map(({ source, key }) => ({ source, key })) };
    stream.send(want);
  }

  function settleLater(assign: Assign): void {
    const awayMs = answerMs.least + Math.random() * (answerMs.most - answerMs.least);
    setTimeout(() => {
      // Another assignment may have come meanwhile.
      if (trying?.assign === assign) settle(assign);
    }, awayMs);
  }

  function settle(assign: Assign): void {
    trying = null;
    const at = performance.now();
    if (assign.files.some(({ key }) => key === REFUSED_KEY)) {
      refused = { assign, because: 'unknown key "timeot" in line 12', at };
      return answer(assign, refusal(refused), Date.now());
    }
    const { content, revision } = assign;
    const proof = running === null ? 'Booted' : 'Delivered';
    before = running;
    running = { content, revision, proof, at };
    refused = null;
    answer(assign, applied(running), proof === 'Booted' ? null : Date.now());
  }

  function answer({ epoch, revision, content, attempt }: Assign, outcome: Outcome, firedAt: number | null): void {
    const its = { epoch, revision, content, attempt, outcome, running: running?.content ?? null };
    const ack: Ack = { type: 'ack', ...its, firedAt, tookMs: firedAt === null ? null : 5 };
    stream.send(ack);
    watch?.acked(firedAt !== null);
  }
}

function hello(epoch: Epoch | null, running: Running | null, refused: Refused | null): Hello {
  const protocol = { type: 'hello', protocol: PROTOCOL_VERSION, sidecar: 'bench', epoch } as const;
  return {
    ...protocol,
    running: running && { content: running.content, revision: running.revision, proof: running.proof, agoMs: ago(running.at) },
    refused: refused && {
      content: refused.assign.content,
      revision: refused.assign.revision,
      attempt: refused.assign.attempt,
      because: refused.because,
      agoMs: ago(refused.at),
    },
    trying: null,
    booted: running !== null,
  };
}

function applied({ proof, at }: Running): Outcome {
  return { kind: 'applied', proof, agoMs: ago(at) };
}

function refusal({ because, at }: Refused): Outcome {
  return { kind: 'refused', because, agoMs: ago(at) };
}

function ago(at: number): number {
  return performance.now() - at;
}
