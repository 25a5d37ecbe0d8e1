import { BECAUSE_MAX, cut } from '../crds/because.ts';
import type { Condition } from '../crds/condition.ts';
import { timeOf } from '../crds/time.ts';
import type { Member, Millis, Progress } from './plan/situation.ts';

type Facts = { readonly progress: Progress; readonly fleet: readonly Member[]; readonly generation: number; readonly now: Millis };

/**
 * kstatus: Healthy is Ready, Progressing and Paused are Reconciling, Degraded is Stalled. Unmanaged pods are named, never waited for in silence.
 * Of the other two, the one that does not hold has nothing to tell: what it would say stands in Ready.
 */
export function conditionsOf({ progress, fleet, generation, now }: Facts, before: readonly Condition[]): Condition[] {
  const { phase } = progress;
  const message = messageOf(progress.because, fleet);
  const condition = (type: Condition['type'], holds: boolean): Condition => {
    const status = holds ? 'True' : 'False';
    const last = before.find((it) => it.type === type);
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : timeOf(now);
    return {
      type,
      status,
      reason: phase,
      message: holds || type === 'Ready' ? message : '',
      observedGeneration: generation,
      lastTransitionTime,
    };
  };
  return [
    condition('Ready', phase === 'Healthy'),
    condition('Reconciling', phase === 'Progressing' || phase === 'Paused'),
    condition('Stalled', phase === 'Degraded'),
  ];
}

/** Of a message's characters, for who is left alone: they are named behind the longest reason, too. */
const LEFT_ALONE_MAX = 256;

function messageOf(because: string, fleet: readonly Member[]): string {
  const alone = because.startsWith('conflict:') ? '' : cut(leftAlone(fleet), LEFT_ALONE_MAX);
  return cut(because, BECAUSE_MAX - alone.length) + alone;
}

function leftAlone(fleet: readonly Member[]): string {
  if (fleet.length === 0) return '. The selector matches no pod';
  const unmanaged = fleet
    .filter(({ managed }) => !managed)
    .map(({ name }) => name)
    .toSorted();
  if (unmanaged.length === 0) return '';
  return `. Without the sidecar, and so left alone: ${unmanaged.slice(0, 3).join(', ')}${unmanaged.length > 3 ? ', …' : ''}`;
}
