import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Log } from '../kube/log.ts';
import type { Serving } from '../link/certificates.ts';
import type { Cancel, Clock } from '../link/clock.ts';

export type FilesOptions = {
  /** With tls.crt and tls.key, as a mounted Secret of cert-manager's has them. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'every'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly onServing: (serving: Serving) => void;
};

export type Files = { readonly serving: Serving; readonly stop: Cancel };

/** As often as a kubelet looks whether a Secret has changed. */
const LOOK_MS = 60_000;

/** A serving certificate that somebody else makes and renews. Throws where there is none to begin with. */
export async function followFiles({ folder, clock, log, onServing }: FilesOptions): Promise<Files> {
  const serving = await servingIn(folder);
  let last = serving;
  const look = async () => {
    const next = await servingIn(folder);
    if (next.cert === last.cert && next.key === last.key) return;
    last = next;
    log.info({ folder }, 'the certificate of the webhook is another one');
    onServing(next);
  };
  // Half of a change is none: the next look sees the whole of it.
  const stop = clock.every(LOOK_MS, () => {
    look().catch((error: unknown) => log.warn({ because: String(error) }, 'the certificate of the webhook stays the old one'));
  });
  return { serving, stop };
}

async function servingIn(folder: string): Promise<Serving> {
  const [cert, key] = await Promise.all([readFile(`${folder}/tls.crt`, 'utf8'), readFile(`${folder}/tls.key`, 'utf8')]);
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new Error(`${folder}: tls.key does not belong to tls.crt`);
  return { cert, key };
}
