import type { Journal } from './journal.ts';
import { type Hello, PROTOCOL_VERSION } from './protocol.ts';

const VERSION = '0.1.0';

/** What a new leader must know of this member. A last good that the app may not be back on is not said to run. */
export function hello({ epoch, good, unsure, refused, booted, try: t }: Journal, now: number): Hello {
  const ago = (at: number) => Math.max(0, now - at);
  return {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    sidecar: VERSION,
    epoch,
    running: good === null || unsure ? null : { content: good.content, revision: good.revision, proof: good.proof, agoMs: ago(good.at) },
    refused: refused && {
      content: refused.content,
      revision: refused.revision,
      attempt: refused.attempt,
      because: refused.because,
      agoMs: ago(refused.at),
    },
    trying: t === null || t.step === 'leave' ? null : { content: t.assign.content, revision: t.assign.revision, attempt: t.assign.attempt },
    booted,
  };
}
