import type { Election } from './kube/lease.ts';
import { bucket } from './link/bucket.ts';
import type { Cancel, Clock } from './link/clock.ts';
import type { Log } from './link/counters.ts';
import type { Link } from './link/link.ts';

/** The first number of what this leader says: the Lease's transitions. */
export type Epoch = {
  readonly value: () => number;
  /** A sidecar or a status has seen this epoch, and listens to nobody below it: the Lease was deleted, or restored from a backup. */
  readonly raiseAbove: (seen: number) => Promise<void>;
  /** Members may have seen a higher one: looks, and raises the Lease above it, at once or when it is due. */
  readonly hear: () => void;
  /** The reign is over: what was put off is not done in the next one, which has an epoch of its own. */
  readonly stop: () => void;
};

/** Kubernetes counts a Lease's transitions in 31 bits. */
const HIGHEST = 1_000_000_000;

/**
 * What a member claims is believed so often, and each time up to a hundred above ours: one that lies needs decades to push the Lease to its end,
 * and costs a write a minute. What a status says is our own word, and is followed at once.
 */
const HEARD = { perSecond: 1 / 60, burst: 10 };
const AGAIN_MS = 60_000;

export type EpochOptions = {
  readonly transitions: number;
  readonly election: Pick<Election, 'raise'>;
  readonly link: Pick<Link, 'lead' | 'outrankedBy'>;
  readonly log: Pick<Log, 'warn'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
};

export function openEpoch({ transitions, election, link, log, clock }: EpochOptions): Epoch {
  const mayHear = bucket(HEARD, clock);
  let epoch = transitions;
  let raising: Promise<void> | null = null;
  let again: Cancel | null = null;
  let isOver = false;

  const raise = async (seen: number): Promise<void> => {
    epoch = await election.raise(seen + 1);
    log.warn({ epoch }, 'a higher epoch than ours was seen: the Lease was raised above it');
    link.lead(epoch);
  };

  const raiseAbove = async (seen: number): Promise<void> => {
    if (seen > HIGHEST)
      throw new Error(`epoch ${seen} is no epoch of a Lease: somebody wrote it into a status by hand. Remove status.epoch`);
    while (seen >= epoch) {
      raising ??= raise(seen).finally(() => {
        raising = null;
      });
      await raising;
    }
  };

  const hear = (): void => {
    const seen = link.outrankedBy();
    if (isOver || seen === null || raising !== null || again !== null) return;
    if (mayHear()) {
      // Who was too far above ours to be believed may be near by now.
      raiseAbove(seen[0]).then(hear, (error: unknown) => log.warn({ because: String(error) }, 'the Lease could not be raised yet'));
      return;
    }
    again = clock.after(AGAIN_MS, () => {
      again = null;
      hear();
    });
  };

  const stop = (): void => {
    isOver = true;
    again?.();
  };

  return { value: () => epoch, raiseAbove, hear, stop };
}
