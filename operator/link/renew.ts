import type { Trusted } from './authority.ts';
import { issue, SERVING_MS, type Serving } from './certificates.ts';
import type { Clock } from './clock.ts';
import type { Log } from './counters.ts';

export type RenewOptions = {
  /** Reads the CA anew, so that a changed one is taken up. `saidSince`: when its present bundle was said first; null before. */
  readonly authority: (saidSince: number | null) => Promise<Trusted>;
  /** DNS names, or IP addresses. */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** How long a serving certificate is good for. Default: 30 days. */
  readonly lifeMs?: number | undefined;
  /** At each renewal; and where members should trust other CAs from now on. */
  readonly onServing: (serving: Serving) => void;
  readonly onBundle: (bundle: string) => void;
};

export type Renewal = {
  /** The first one; the next come by `onServing`. */
  readonly serving: Serving;
  /** As it is now: one PEM or more. */
  readonly bundle: string;
  /** Looks now: who takes the Lease must not say what was true an hour ago. Throws where it cannot. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
};

const LOOK_MS = 3_600_000;

/** A serving certificate now; an hourly look (more often where it lives short) renews it when a third of its time is left, or when the CA is another. */
export async function keepServing(options: RenewOptions): Promise<Renewal> {
  const { authority, dnsNames, clock, log, lifeMs = SERVING_MS, onServing, onBundle } = options;
  let trusted = await authority(null);
  let saidSince = clock.now();
  let serving = await issue(trusted.authority, dnsNames, clock.now(), lifeMs);
  let looking: Promise<void> = Promise.resolve();

  const lookOnce = async () => {
    const before = trusted;
    trusted = await authority(saidSince);
    if (trusted.bundle !== before.bundle) {
      saidSince = clock.now();
      log.info({ certificates: trusted.bundle.split('BEGIN CERTIFICATE').length - 1 }, 'members are told to trust other CAs');
      onBundle(trusted.bundle);
    }
    if (clock.now() < serving.renewAt && trusted.authority.cert === before.authority.cert) return;
    serving = await issue(trusted.authority, dnsNames, clock.now(), lifeMs);
    log.info({ renewAt: new Date(serving.renewAt).toISOString() }, 'serving certificate renewed');
    onServing(serving);
  };
  /** One after another: each builds upon what the one before saw. */
  const look = () => {
    const looked = looking.then(lookOnce);
    looking = looked.catch(() => {});
    return looked;
  };
  const stop = clock.every(Math.min(LOOK_MS, lifeMs / 12), () => {
    // The present one is good for a third of its life more: an outage now is no reason for anything but another look.
    look().catch((error: unknown) => log.warn({ error: String(error) }, 'serving certificate could not be renewed yet'));
  });
  return {
    serving,
    get bundle() {
      return trusted.bundle;
    },
    look,
    stop,
  };
}
