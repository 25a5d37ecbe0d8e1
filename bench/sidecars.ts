/** A process that is many sidecars: it dials as whom its parent tells it, until that lets go of it. */

import type { Session } from '../sidecar/session.ts';
import { type Dial, madeUpSidecar } from './sidecar.ts';

/** So slow that the operator's entrance turns nobody away. */
const BETWEEN_DIALS_MS = 10;

const sessions: Session[] = [];

process.on('message', (dials: readonly Dial[]) => {
  void dialAll(dials);
});
process.on('disconnect', () => {
  for (const session of sessions) session.close();
});

async function dialAll(dials: readonly Dial[]): Promise<void> {
  for (const dial of dials) {
    sessions.push(madeUpSidecar(dial));
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_DIALS_MS));
  }
}
