import type { Election } from './kube/lease.ts';
import type { Link } from './link/link.ts';
import type { Log } from './log.ts';

/** The first number of what this leader says: the Lease's transitions. */
export type Epoch = {
  readonly value: () => number;
  /** A sidecar or a status has seen this epoch, and listens to nobody below it: the Lease was deleted, or restored from a backup. */
  readonly raiseAbove: (seen: number) => Promise<void>;
};

/** Kubernetes counts a Lease's transitions in 31 bits. */
const HIGHEST = 1_000_000_000;

export function openEpoch(transitions: number, election: Pick<Election, 'raise'>, link: Pick<Link, 'lead'>, log: Log): Epoch {
  let epoch = transitions;
  let raising: Promise<void> | null = null;

  const raise = async (seen: number): Promise<void> => {
    epoch = await election.raise(seen + 1);
    log.warn({ epoch }, 'a higher epoch than ours was seen: the Lease was raised above it');
    link.lead(epoch);
  };

  return {
    value: () => epoch,
    raiseAbove: async (seen) => {
      if (seen > HIGHEST)
        throw new Error(`epoch ${seen} is no epoch of a Lease: somebody wrote it into a status by hand. Remove status.epoch`);
      while (seen >= epoch) {
        raising ??= raise(seen).finally(() => {
          raising = null;
        });
        await raising;
      }
    },
  };
}
