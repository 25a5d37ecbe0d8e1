/** One act: an edit with kubectl, what the fleet made of it, and the facts that say so. */

import type { Reload } from '../crds/reload.ts';
import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import type { Answer, Fleet } from './fleet.ts';
import { type Applied, apply } from './kubectl.ts';
import type { Load } from './load.ts';
import { until } from './until.ts';

export type Act = {
  readonly title: string;
  /** A ConfigMap in demo/edits, and the version that its pages say. */
  readonly edit: string;
  readonly version: string;
  readonly promises: (facts: Facts) => readonly Promised[];
};

/** A sentence, and whether it turned out so. */
export type Promised = { readonly says: string; readonly kept: boolean };

type Quarantined = NonNullable<ReloadPolicyStatus['quarantined']>[number];

export type Facts = {
  readonly applied: Applied;
  /** The rollout that the edit began; null where it began none. */
  readonly reload: Reload | null;
  /** The operator has read this edit. */
  readonly seen: boolean;
  readonly quarantined: readonly Quarantined[];
  readonly because: string;
  /** Members whose app was told to take this edit's revision, by when it was told. */
  readonly answers: readonly Answer[];
  /** Handles fired in any pod after the edit, for whatever revision. */
  readonly fired: number;
  /** Pods that were given the edit's files, or ever served its version. */
  readonly reached: number;
  readonly servedBy: number;
  readonly serving: ReadonlyMap<string, number>;
  readonly requests: number;
  readonly failed: number;
};

const LONGEST_S = 90;

export async function perform(act: Act, fleet: Fleet, load: Load, live: (text: string) => void): Promise<Facts> {
  const before = {
    rollout: fleet.status().rollout ?? 0,

    requests: load.requests(),
    failed: load.failed(),
  };
  const applied = await apply(act.edit);
  const hasSeen = () => (fleet.status().observedSources ?? []).some(({ resourceVersion }) => resourceVersion === applied.resourceVersion);
  await until(() => {
    const { rollout = 0, outcome, phase, because = '' } = fleet.status();
    live(rollout > before.rollout ? because : 'the edit is in the cluster');
    // Ended, or seen and found to be nothing to roll out.
    return (rollout > before.rollout ? outcome !== undefined : hasSeen() && phase !== 'Progressing') || null;
  }, LONGEST_S);
  const rollout = fleet.status().rollout ?? 0;
  const reload = rollout > before.rollout ? await ended(rollout, fleet) : null;
  const answers = reload ? answersTo(reload.spec.revision, fleet) : [];
  const servedBy = load.servedBy(act.version).size;
  return {
    applied,
    reload,
    seen: hasSeen(),
    quarantined: fleet.status().quarantined ?? [],
    because: reload?.status?.because ?? fleet.status().because ?? '',
    answers,
    fired: fleet.answers().filter(({ firedAt }) => firedAt !== null && firedAt >= applied.answeredAt).length,
    reached: Math.max(servedBy, reload?.status?.members?.asked ?? 0, new Set(answers.map(({ member }) => member)).size),
    servedBy,
    serving: await fleet.serving(),
    requests: load.requests() - before.requests,
    failed: load.failed() - before.failed,
  };
}

/** The Reload is the record: written after the policy's status. */
async function ended(rollout: number, fleet: Fleet): Promise<Reload> {
  const done = await until(async () => {
    const reload = await fleet.reload(rollout);
    return reload.status?.finishedAt ? reload : null;
  }, 10);
  return done ?? (await fleet.reload(rollout));
}

function answersTo(revision: string, fleet: Fleet): readonly Answer[] {
  return fleet
    .answers()
    .filter((answer) => answer.revision === revision && answer.firedAt !== null)
    .toSorted((a, b) => (a.firedAt ?? 0) - (b.firedAt ?? 0));
}
