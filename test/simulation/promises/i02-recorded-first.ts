import { millis } from '../../../crds/duration.ts';
import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { allowedFailures } from '../../../operator/plan/shares.ts';
import { temperOf } from '../content.ts';
import type { Operator } from '../operator.ts';
import { accepted, frameOf, holds, isAllReady, isLate, isLive } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';
import { wrongGates } from './measured.ts';

/** Apps neither take them nor start with them. */
const NEVER_PASS = ['bad', 'crash'];

/**
 * I2: a wave is never published before its opening is recorded; and it opens only by gates that passed (I13: unknown is not passed), or by a promote
 * that is recorded, and one that needs approval by that.
 */
export function recordedFirst(judge: Judge): Partial<Hooks> {
  const { broken, check, textOf, contentOf } = judge;
  return {
    sends: (operator, pod, assign) => {
      const frame = frameOf(judge, operator, pod, assign);
      if (frame === null)
        return check('recorded before published (I2)', isLate(operator), () => `${pod.name} is assigned ${assign.revision}`);
      const { status } = frame;
      const isNamed = [status.candidateRevision, status.stableRevision].includes(assign.revision);
      check(
        'recorded before published (I2)',
        !frame.isNew || isNamed,
        () => `${pod.name} is newly assigned ${assign.revision}, which status does not name`,
      );
    },
    recorded: (operator, { status: before = {} }, { status: after = {} }) => {
      const isBegun = after.rollout !== before.rollout;
      const opened = isBegun ? 0 : (before.waves?.length ?? 0);
      const isOpening = (after.waves?.length ?? 0) > opened;
      const isSuccess = after.outcome === 'Succeeded' && before.outcome !== 'Succeeded';
      check(
        'a pass opens at most one wave',
        (after.waves?.length ?? 0) <= opened + 1,
        () => `${opened} were open, and now ${after.waves?.length}`,
      );
      // It opens with its rollout: nothing could have passed or been said.
      const heard = isBegun ? {} : before;
      const promote = accepted(heard, 'promote');
      const isPromoted = promote !== undefined && (promote.wave === undefined || promote.wave > opened);
      if (isOpening) approved(operator, after, opened, isPromoted || accepted(heard, 'approve')?.wave === opened + 1);
      if ((isSuccess || (isOpening && opened > 0)) && !isPromoted) passed(operator, before, isSuccess);
      if (isSuccess)
        check(
          'rollouts and waves are not skipped',
          before.waves?.at(-1)?.upTo === '100%',
          () => `it ended in a wave of ${before.waves?.at(-1)?.upTo}`,
        );
    },
  };

  function approved({ observed }: Operator, { waves = [] }: ReloadPolicyStatus, opened: number, isApproved: boolean): void {
    const upTo = waves.at(-1)?.upTo;
    const wave = observed.policy?.spec.waves.find((it) => String(it.upTo) === upTo);
    check(
      'a wave that needs approval opens only with it (I2)',
      wave?.approval !== 'Required' || isApproved,
      () => `wave ${opened + 1} opened`,
    );
    check(
      'who approved is recorded',
      (waves.at(-1)?.approvedBy !== undefined) === isApproved,
      () => `wave ${opened + 1}: ${waves.at(-1)?.approvedBy}`,
    );
  }

  /** By what this operator's pass looked at. */
  function passed({ observed }: Operator, before: ReloadPolicyStatus, isSuccess: boolean): void {
    const { policy, pods, reports, at } = observed;
    if (policy === null) return broken('recorded before published (I2)', 'a wave passed without a policy');
    const { waves, maxFailures } = policy.spec;
    const upTo = before.waves?.at(-1)?.upTo;
    const bakeMs = millis((waves.find((it) => String(it.upTo) === upTo) ?? waves.at(-1))?.bake ?? '0s');
    // A clock that was set back since makes no bake longer.
    const since = before.bakeStartedAt === undefined ? at : Math.min(at, Date.parse(before.bakeStartedAt));
    check('a wave opens only when the bake is over (I2)', at - since >= bakeMs, () => `${at - since} ms of ${bakeMs}`);

    const content = contentOf(before.candidateRevision) ?? '';
    const live = pods.filter(isLive);
    const asked = live.filter(({ uid }) => holds(reports.get(uid), content, before));
    const good = asked.filter((pod) => {
      const report = reports.get(pod.uid);
      return report?.link.kind === 'connected' && report.asked === null && report.running?.content === content && isAllReady(pod);
    });
    const bad = asked.length - good.length;
    const { forgiven = 0 } = before;
    const allowed = allowedFailures(maxFailures, live.length) + forgiven;
    const isProved = good.length > 0 || (bad <= forgiven && !isSuccess);
    check(
      'unknown is not passed (I13)',
      isProved && bad <= allowed,
      () => `${bad} of ${asked.length} are not on it, and ${allowed} may fail`,
    );
    const temper = temperOf(textOf(content));
    check(
      'a revision that every app refuses gets no further than the first wave',
      !NEVER_PASS.includes(temper) || forgiven > 0,
      () => `${temper} passed wave ${before.wave}`,
    );
    const wrong = wrongGates(observed, before);
    check('a wave opens only when its gates hold (I2)', wrong.length === 0, () => wrong.join('; '));
  }
}
