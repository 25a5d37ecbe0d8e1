import type { Trusted } from './authority.ts';
import { issue, type Serving } from './certificates.ts';
import type { Clock } from './clock.ts';
import type { Log } from './counters.ts';

export type RenewOptions = {
  /** Reads the CA anew, so that a changed one is taken up. */
  readonly authority: () => Promise<Trusted>;
  /** DNS names, or IP addresses. */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** At each renewal; and where members should trust other CAs from now on. */
  readonly onServing: (serving: Serving) => void;
  readonly onBundle: (bundle: string) => void;
};

export type Renewal = {
  /** The first one; the next come by `onServing`. */
  readonly serving: Serving;
  /** As it is now: one PEM or more. */
  readonly bundle: string;
  readonly stop: () => void;
};

const LOOK_MS = 3_600_000;

/** A serving certificate now; an hourly look renews it when a third of its time is left, or when the CA is another. */
export async function keepServing({ authority, dnsNames, clock, log, onServing, onBundle }: RenewOptions): Promise<Renewal> {
  let trusted = await authority();
  let serving = await issue(trusted.authority, dnsNames, clock.now());

  const look = async () => {
    const before = trusted;
    trusted = await authority();
    if (trusted.bundle !== before.bundle) onBundle(trusted.bundle);
    if (clock.now() < serving.renewAt && trusted.authority.cert === before.authority.cert) return;
    serving = await issue(trusted.authority, dnsNames, clock.now());
    log.info({ renewAt: new Date(serving.renewAt).toISOString() }, 'serving certificate renewed');
    onServing(serving);
  };
  const stop = clock.every(LOOK_MS, () => {
    // The present one is good for ten days more: an outage now is no reason for anything but another look.
    look().catch((error: unknown) => log.warn({ error: String(error) }, 'serving certificate could not be renewed yet'));
  });
  return {
    serving,
    get bundle() {
      return trusted.bundle;
    },
    stop,
  };
}
