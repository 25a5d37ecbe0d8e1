import type { ReloadPolicy } from '../../../crds/reload-policy.ts';
import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { millis } from '../../../crds/duration.ts';
import { allowedFailures } from '../../../operator/plan/shares.ts';
import { temperOf } from '../content.ts';
import type { Operator } from '../operator.ts';
import type { Judge } from './judge.ts';
import { holds, isLive, openUpTo } from './knows.ts';

/** Apps neither take them nor start with them. */
const NEVER_PASS = ['bad', 'crash'];
const MAX_STATUS_BYTES = 16 * 1024;

/** Of what an operator writes to status, and of the step that each write is. */
export function promisesOfRecords({ check, note, textOf, contentOf, said }: Judge) {
  return { recorded };

  /** The API server took a status. */
  function recorded(operator: Operator, before: ReloadPolicyStatus | undefined, { status: after }: ReloadPolicy): void {
    if (after === undefined) return;
    const alive = `stable ${textOf(contentOf(after.stableRevision))}, candidate ${textOf(contentOf(after.candidateRevision))}`;
    note(
      `recorded: ${alive}, rollout ${after.rollout}, wave ${after.wave}, ${after.outcome ?? 'no outcome'}; ${after.phase}: ${after.because}`,
    );
    check(
      'a lower epoch never overwrites a higher one',
      (after.epoch ?? 0) >= (before?.epoch ?? 0),
      () => `${after.epoch} after ${before?.epoch}`,
    );
    const bytes = JSON.stringify(after).length;
    check('status stays under 16 KiB', bytes < MAX_STATUS_BYTES, () => `${bytes} bytes`);
    counts(operator, after);
    rollouts(operator, before ?? {}, after);
    const lost = (before?.quarantined ?? []).filter(({ revision }) => !after.quarantined?.some((it) => it.revision === revision));
    check('quarantine forgets nothing before it is full', lost.length === 0 || after.quarantined?.length === 20, () =>
      JSON.stringify(lost),
    );
  }

  function counts({ observed }: Operator, status: ReloadPolicyStatus): void {
    const { members } = status;
    const content = contentOf(status.candidateRevision ?? status.stableRevision);
    if (members === undefined || content === null) return;
    const sayers = (proof: string) => observed.pods.filter(({ uid }) => said.has(`${uid} ${content}${proof}`)).length;
    check(
      'status claims no more than acks prove (I13)',
      members.applied <= sayers(''),
      () => `${members.applied} applied, ${sayers('')} said so`,
    );
    const proofs = sayers(' Confirmed');
    check(
      'status claims no more than acks prove (I13)',
      members.confirmed <= proofs,
      () => `${members.confirmed} confirmed, ${proofs} said so`,
    );
  }

  function rollouts(operator: Operator, before: ReloadPolicyStatus, after: ReloadPolicyStatus): void {
    const rollout = before.rollout ?? 0;
    const candidate = after.candidateRevision;
    if ((after.rollout ?? 0) > rollout) {
      check(
        'rollouts and waves are not skipped',
        after.rollout === rollout + 1 && after.wave === 1,
        () => `${rollout} to ${after.rollout}`,
      );
      const failed = before.quarantined?.some(({ revision }) => revision === candidate);
      check('what failed a gate is newly assigned to nobody', !failed, () => `${candidate} is a candidate again`);
      check('a paused policy starts nothing', !operator.observed.policy.spec.paused, () => `${candidate} is a candidate`);
      return;
    }
    const isSuccess = after.outcome === 'Succeeded' && before.outcome !== 'Succeeded';
    const isOpening = candidate !== undefined && (after.wave ?? 0) > (before.wave ?? 0);
    if (isOpening || isSuccess) passed(operator, before, after);
    if (after.outcome === 'RolledBack' && before.outcome === undefined) returned(operator, after);
    if (after.stableRevision === before.stableRevision || before.stableRevision === undefined) return;
    check(
      'stable is what passed its last gate',
      isSuccess && after.stableRevision === before.candidateRevision,
      () => `${after.stableRevision}`,
    );
  }

  /** A wave's gate has passed, and that is recorded together with what it opens. */
  function passed({ observed }: Operator, before: ReloadPolicyStatus, after: ReloadPolicyStatus): void {
    const { policy, pods, reports, at } = observed;
    const { waves, maxFailures } = policy.spec;
    const wave = before.wave ?? 0;
    const upTo = openUpTo(before);
    const isOpening = after.outcome !== 'Succeeded';
    check('rollouts and waves are not skipped', !isOpening || after.wave === wave + 1, () => `wave ${wave} to ${after.wave}`);
    check('rollouts and waves are not skipped', isOpening || upTo === '100%', () => `it ended in a wave of ${upTo}`);
    const bakeMs = millis((waves.find((it) => it.upTo === upTo) ?? waves.at(-1))?.bake ?? '0s');
    const since = before.bakeStartedAt === undefined ? at : Date.parse(before.bakeStartedAt);
    check('a wave opens only when the bake is over (I2)', at - since >= bakeMs, () => `${at - since} ms of ${bakeMs}`);

    const content = contentOf(before.candidateRevision) ?? '';
    const live = pods.filter(isLive);
    const asked = live.filter(({ uid }) => holds(reports.get(uid), content));
    const good = asked.filter(({ uid, containers }) => {
      const report = reports.get(uid);
      return (
        report?.link.kind === 'connected' &&
        report.asked === null &&
        report.running?.content === content &&
        containers.every(({ ready }) => ready)
      );
    });
    const bad = asked.length - good.length;
    const allowed = allowedFailures(maxFailures, live.length);
    check(
      'unknown is not passed (I13)',
      good.length > 0 && bad <= allowed,
      () => `${bad} of ${asked.length} are not on it, and ${allowed} may fail`,
    );
    const temper = temperOf(textOf(content));
    check(
      'a revision that every app refuses gets no further than the first wave',
      !NEVER_PASS.includes(temper),
      () => `${temper} passed wave ${wave}`,
    );
  }

  /** Nobody who was asked is left elsewhere, as far as this leader can know. */
  function returned({ observed: { pods, reports } }: Operator, { stableRevision }: ReloadPolicyStatus): void {
    const stable = contentOf(stableRevision);
    const left = pods.filter(isLive).filter(({ uid }) => {
      const report = reports.get(uid);
      // One that is away, and was not asked, is no matter of this rollout.
      if (report === undefined || (report.link.kind === 'away' && report.asked === null)) return false;
      return report.running?.content !== stable || report.asked !== null;
    });
    check('rolled back means that all are back (I13)', left.length === 0, () => left.map(({ name }) => name).join(', '));
  }
}
