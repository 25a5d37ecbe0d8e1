import { wishOn } from '../../../operator/reloads/requests.ts';
import { frameOf } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** What failed is newly assigned to nobody, and never a candidate again, unless a person lifts it: only that, and the length of the list, end a quarantine. */
export function quarantineLasts(judge: Judge): Partial<Hooks> {
  const { check } = judge;
  return {
    sends: (operator, pod, assign) => {
      const frame = frameOf(judge, operator, pod, assign);
      if (frame === null || !frame.isNew) return;
      const { quarantined, stableRevision } = frame.status;
      const hasFailed = quarantined?.some(({ revision }) => revision === assign.revision) && assign.revision !== stableRevision;
      check('what failed a gate is newly assigned to nobody', !hasFailed, () => `${pod.name} is assigned ${assign.revision}`);
    },
    recorded: ({ observed }, { status: before = {} }, { status: after = {} }) => {
      const isIn = (list: typeof before.quarantined, revision: string | undefined) => list?.some((it) => it.revision === revision) ?? false;
      const lost = (before.quarantined ?? []).filter(({ revision }) => !isIn(after.quarantined, revision));
      const retried = [...observed.reloads.values()].find((reload) => wishOn(reload) === after.request);
      const lifted = lost.filter(({ rollout }) => retried?.spec.retry !== undefined && retried.spec.rollout === rollout);
      check(
        'quarantine forgets nothing that nobody lifted before it is full',
        lost.length === lifted.length || after.quarantined?.length === 20,
        () => JSON.stringify(lost),
      );
      const isNew = after.candidateRevision !== undefined && after.rollout !== before.rollout;
      check(
        'what is in quarantine is never a candidate',
        !isNew || !isIn(after.quarantined, after.candidateRevision),
        () => `${after.candidateRevision} is a candidate again`,
      );
    },
  };
}
