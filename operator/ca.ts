import { KubeError } from './kube/errors.ts';
import { type Kube, keepAuthority, publishCa } from './link/authority.ts';
import { keepServing, type Renewal, type RenewOptions } from './link/renew.ts';

/** The CA and the serving certificate: every replica has them, the leader changes the CA in time and puts it where members mount it. */
export type Ca = Pick<Renewal, 'serving' | 'bundle' | 'stop'> & {
  readonly lead: () => void;
  readonly follow: () => void;
  /** The bundle, as it was looked at in this reign. */
  readonly trusted: () => Promise<string>;
  /** Null, or why members of that namespace do not get it. Throws where nobody answers. */
  readonly publish: (namespace: string) => Promise<string | null>;
};

export type CaOptions = Omit<RenewOptions, 'authority'> & {
  readonly kube: Kube;
  /** The operator's own. */
  readonly namespace: string;
  /** How long a CA lives that we make. */
  readonly caLifeMs?: number | undefined;
};

export async function openCa({ kube, namespace, caLifeMs, ...options }: CaOptions): Promise<Ca> {
  const { clock } = options;
  let ledSince: number | null = null;
  /** In this reign: another leader may have changed the CA since we looked last, and what members trust must not go back to what it was. */
  let looked: Promise<void> | null = null;
  const renewal = await keepServing({
    ...options,
    authority: (saidSince) => {
      const toldSince = ledSince === null || saidSince === null ? null : Math.max(saidSince, ledSince);
      return keepAuthority(kube, namespace, clock.now(), { toldSince, lifeMs: caLifeMs });
    },
  });

  const look = async () => {
    const its = (looked ??= renewal.look());
    try {
      await its;
    } catch (error) {
      if (looked === its) looked = null;
      throw error;
    }
  };
  const trusted = async () => {
    await look();
    return renewal.bundle;
  };
  return {
    serving: renewal.serving,
    get bundle() {
      return renewal.bundle;
    },
    stop: renewal.stop,
    lead: () => {
      ledSince = clock.now();
      looked = null;
    },
    follow: () => {
      ledSince = null;
    },
    trusted,
    publish: async (of) => {
      try {
        await trusted();
      } catch (error) {
        if (error instanceof KubeError && error.kind === 'outage') throw error;
        return error instanceof Error ? error.message : String(error);
      }
      return publishCa(kube, of, renewal.bundle);
    },
  };
}
