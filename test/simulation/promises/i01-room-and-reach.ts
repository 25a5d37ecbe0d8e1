import { allowedUnavailable } from '../../../operator/plan/shares.ts';
import { REPORT_MS } from '../../../operator/plan/fleet.ts';
import type { Assign } from '../../../sidecar/protocol.ts';
import type { Operator } from '../operator.ts';
import type { Pod } from '../pod.ts';
import { type Frame, frameOf, holds, isAllReady, isLive, openReach, patienceOf } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/**
 * I1: a candidate is never newly assigned beyond the open wave's reach, nor while members mid-reload plus members not Ready would exceed `maxUnavailable`, or
 * a PodDisruptionBudget has nothing left. Who catches up with stable takes the same room.
 */
export function roomAndReach(judge: Judge): Partial<Hooks> {
  const { check } = judge;
  return {
    passes: ({ stated, asked }) => {
      stated.clear();
      asked.clear();
    },
    sends: (operator, pod, assign) => {
      const frame = frameOf(judge, operator, pod, assign);
      if (frame === null) return;
      if (frame.isForward && frame.isAsk && !frame.isLate) forward(operator, pod, assign, frame);
      // What it runs anyway costs it nothing.
      const isSame = frame.report.running?.content === assign.content;
      // Finding 5: who is sent back in the same pass is not counted yet.
      if (frame.isForward && frame.isAsk && !frame.isLate && !isSame) operator.asked.set(pod.uid, assign.content);
    },
  };

  function forward(operator: Operator, pod: Pod, assign: Assign, frame: Frame): void {
    const { policy, status, isNew, isAgain } = frame;
    const { pods, reports, at, budgets } = operator.observed;
    const { maxUnavailable } = policy.spec;
    const live = pods.filter(isLive);
    const patienceMs = patienceOf(policy);
    if (isNew && assign.revision === status.candidateRevision) {
      const since = Math.max(operator.since, Date.parse(policy.metadata.creationTimestamp ?? ''));
      const mayHold = at < since + Math.max(patienceMs, REPORT_MS);
      const held = live.filter(({ uid }) => {
        const report = reports.get(uid);
        return uid === pod.uid || operator.asked.get(uid) === assign.content || (report ? holds(report, assign.content, status) : mayHold);
      });
      const most = openReach(status, live.length);
      check(
        'a candidate is never newly assigned beyond the open wave (I1)',
        held.length <= most,
        () => `${pod.name} is the ${held.length}th of ${live.length} for ${assign.revision}, and the open wave reaches ${most}`,
      );
    }
    if (!isNew && !isAgain) return;
    const told = pods.find(({ uid }) => uid === pod.uid);
    const startedAt = Math.min(...(told?.containers ?? []).flatMap(({ starts }) => starts));
    check(
      'nobody is asked before its app has had time to start (I1)',
      isAgain || told === undefined || isAllReady(told) || at >= startedAt + patienceMs || assign.revision !== status.candidateRevision,
      () => `${pod.name} started ${at - startedAt} ms ago, and is not Ready`,
    );
    // One that is not Ready is unavailable as it is: it is asked in spite of others that are not, or that are sent back in the same pass.
    const isReady = told !== undefined && isAllReady(told);
    const isMidReload = (uid: string) => {
      const asked = reports.get(uid)?.asked ?? null;
      // Who was away then, and is back by now, could not be counted.
      const isAsked = isReady && operator.asked.has(uid) && reports.get(uid)?.link.kind === 'connected';
      return uid === pod.uid || isAsked || (asked !== null && at < asked.at + patienceMs);
    };
    const away = pods.filter((it) => (isLive(it) && isMidReload(it.uid)) || (it.managed && isReady && !isAllReady(it)));
    check(
      'members mid-reload and not Ready never exceed maxUnavailable (I1)',
      away.length <= allowedUnavailable(maxUnavailable, live.length),
      () => `${pod.name} is asked as number ${away.length} of ${live.length}, and maxUnavailable is ${maxUnavailable}`,
    );
    const own = reports.get(pod.uid)?.asked ?? null;
    const isDisrupted = !isReady || (own !== null && at < own.at + patienceMs);
    for (const { name, left, uids } of isDisrupted ? [] : budgets) {
      const disrupted = live.filter(({ uid }) => uids.has(uid) && isMidReload(uid));
      check(
        'a PodDisruptionBudget with nothing left holds the next member (I1)',
        !uids.has(pod.uid) || disrupted.length <= left,
        () => `${pod.name} is asked as number ${disrupted.length}, and ${name} has ${left} left`,
      );
    }
  }
}
