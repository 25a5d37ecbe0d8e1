import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { rollingOf } from '../../../operator/observe/rolling.ts';
import { windowOf } from '../../../operator/observe/windows.ts';
import type { Observed } from '../observed.ts';
import { accepted, frameOf } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/**
 * I10: after a freeze, no new forward signal anywhere; nor while the policy or a person holds it, outside of its windows, where its source is gone, while it waits for a person
 * to say what becomes of a failure, or while the pods' own controller replaces them. What is on its way may arrive, and going back is never held.
 */
export function holdsHold(judge: Judge): Partial<Hooks> {
  const { check } = judge;
  return {
    sends: (operator, pod, assign) => {
      const frame = frameOf(judge, operator, pod, assign);
      if (frame === null || frame.isLate || !frame.isForward || !(frame.isNew || frame.isAgain)) return;
      const hold = holdIn(operator.observed, frame.status, assign.revision === frame.status.candidateRevision);
      check('what is held sends nothing new forward (I10)', hold === null, () => `${pod.name} is assigned ${assign.revision}, and ${hold}`);
    },
    recorded: ({ observed }, { status: before = {} }, { status: after = {} }) => {
      const isBegun = after.rollout !== before.rollout;
      const isOpening = (after.waves?.length ?? 0) > (isBegun ? 0 : (before.waves?.length ?? 0));
      if (!isOpening) return;
      // A person who asks for it begins it also while the pods are replaced; nobody is asked then.
      const isWished = isBegun && after.request !== undefined;
      const hold = holdIn(
        isWished ? { ...observed, selected: [] } : observed,
        { ...after, failed: undefined, ...(isBegun && { heard: [] }) },
        true,
      );
      check('what is held opens no wave (I10)', hold === null, () => `wave ${after.waves?.length} opens, and ${hold}`);
    },
  };
}

function holdIn(observed: Observed, status: ReloadPolicyStatus, isCandidate: boolean): string | null {
  const { policy, freeze, selected, at, isGone } = observed;
  if (policy === null || policy.spec.paused) return 'the policy is paused';
  if (freeze !== null) return freeze;
  if (isCandidate && accepted(status, 'pause') !== undefined) return 'somebody paused it';
  if (isCandidate && status.failed !== undefined) return 'it failed, and waits for a person';
  if (isCandidate && isGone) return 'its source is gone';
  const windows = windowOf(policy.spec.windows, at);
  const isWished = isCandidate && status.request !== undefined;
  if (windows.kind === 'window' && !windows.window.open && !isWished) return 'no window is open';
  return rollingOf(selected, at) === null ? null : 'its Deployment replaces the pods';
}
