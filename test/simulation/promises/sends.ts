import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { millis } from '../../../crds/duration.ts';
import { stated } from '../../../operator/link/report.ts';
import type { Assignment } from '../../../operator/link/roster.ts';
import { ANSWER_MS, REPORT_MS } from '../../../operator/plan/fleet.ts';
import { allowedUnavailable, reach } from '../../../operator/plan/shares.ts';
import type { Assign } from '../../../sidecar/protocol.ts';
import type { Operator } from '../operator.ts';
import type { Pod } from '../pod.ts';
import type { Judge } from './judge.ts';
import { holds, isLive, openUpTo } from './knows.ts';

/** Of what an operator assigns: judged by what it knows to be recorded, and by what its pass looked at. */
export function promisesOfSends({ world, broken, check, note, textOf }: Judge) {
  return { passes, assigns, sends };

  function passes(operator: Operator): void {
    operator.stated.clear();
    operator.asked.clear();
  }

  /** One pass names a revision for one member. */
  function assigns(operator: Operator, { revision }: Pick<Assignment, 'revision'>): void {
    operator.stated.add(revision);
    check('at most two revisions are alive', operator.stated.size <= 2, () => `one pass assigns ${[...operator.stated].join(', ')}`);
    check('what is assigned is kept as an object (I8)', world().api.kept.has(revision), () => `${revision} is not kept`);
  }

  /** A frame is about to leave for a member. */
  function sends(operator: Operator, pod: Pod, assign: Assign): void {
    note(`${pod.name} <- ${textOf(assign.content)} (${assign.attempt})`);
    const report = operator.roster.report(pod.uid);
    const { status } = operator.observed.policy;
    if (report === undefined || status === undefined)
      return broken('recorded before published (I2)', `${pod.name} is assigned ${assign.revision}`);

    const isAsk = stated(report, assign, 0).asked !== report.asked;
    const isNew = isAsk && !holds(report, assign.content);
    const isForward = assign.revision === status.candidateRevision;
    if (isNew) {
      const named = [status.candidateRevision, status.stableRevision].includes(assign.revision);
      check('recorded before published (I2)', named, () => `${pod.name} is newly assigned ${assign.revision}, which status does not name`);
      const isBack = status.candidateRevision === undefined && status.outcome !== 'Succeeded' && (status.rollout ?? 0) > 0;
      const series = `${status.rollout}.${isBack ? 'r' : ''}`;
      // What was in flight as the pass looked keeps its name.
      const isInFlight = operator.observed.reports.get(pod.uid)?.asked?.content === assign.content;
      const isOwn = isInFlight || (assign.attempt.startsWith(series) && /^[0-9]+$/.test(assign.attempt.slice(series.length)));
      check('a try is named for its rollout, and one on the way back for that', isOwn, () => `${assign.attempt} in ${series}`);
      const failed = status.quarantined?.some(({ revision }) => revision === assign.revision) && assign.revision !== status.stableRevision;
      check('what failed a gate is newly assigned to nobody', !failed, () => `${pod.name} is assigned ${assign.revision}`);
    }
    // One that has lost the Lease without noticing cannot know what the new leader asked for: the sidecars' epochs stop it.
    // Nor does a hello wait for the pass under way: what it hears is of the pass before.
    const isLate = !operator.isPublishing && (operator.isPassing || operator.isTouched);
    if (isForward && isAsk && operator.leads && !isLate) forward(operator, pod, assign, status);
    // What it runs anyway costs it nothing.
    if (isAsk && !isLate && report.running?.content !== assign.content) operator.asked.set(pod.uid, assign.content);
  }

  function forward(operator: Operator, pod: Pod, assign: Assign, status: ReloadPolicyStatus): void {
    const { policy, pods, reports, at } = operator.observed;
    const before = reports.get(pod.uid);
    const isNew = !holds(before, assign.content);
    const isAgain = before?.asked === null && before.refused?.content === assign.content && before.refused.attempt !== assign.attempt;
    const { maxUnavailable, paused, handle } = policy.spec;
    const live = pods.filter(isLive);
    check('a paused policy asks nobody new', !paused || !isNew, () => `${pod.name} is assigned ${assign.revision}`);

    const patienceMs = millis(handle.timeout) + ANSWER_MS;
    const mayHold = at < operator.since + Math.max(patienceMs, REPORT_MS);
    const held = live.filter(({ uid }) => {
      const report = reports.get(uid);
      return uid === pod.uid || operator.asked.get(uid) === assign.content || (report ? holds(report, assign.content) : mayHold);
    });
    const upTo = openUpTo(status);
    check(
      'a candidate is never newly assigned beyond the open wave (I1, I2)',
      !isNew || held.length <= reach(upTo, live.length),
      () => `${pod.name} is the ${held.length}th of ${live.length} for ${assign.revision} in a wave of ${upTo}`,
    );
    // One that is not Ready is unavailable as it is: it is asked in spite of others that are not.
    const isReady = (uid: string) => live.find((it) => it.uid === uid)?.containers.every(({ ready }) => ready) ?? false;
    const away = live.filter(({ uid }) => {
      const asked = reports.get(uid)?.asked ?? null;
      // Who was away then, and is back by now, could not be counted.
      const isAsked = operator.asked.has(uid) && reports.get(uid)?.link.kind === 'connected';
      return uid === pod.uid || isAsked || (asked !== null && at < asked.at + patienceMs) || (isReady(pod.uid) && !isReady(uid));
    });
    check(
      'members mid-reload and not Ready never exceed maxUnavailable (I1)',
      !(isNew || isAgain) || away.length <= allowedUnavailable(maxUnavailable, live.length),
      () => `${pod.name} is asked as number ${away.length} of ${live.length}, and maxUnavailable is ${maxUnavailable}`,
    );
  }
}
