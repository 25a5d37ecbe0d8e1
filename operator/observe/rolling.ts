import type { Pod } from '../kube/pods.ts';
import type { Millis, Situation } from '../plan/situation.ts';

/** A pod so young is a sign that its owner is at it: the next one may be replaced in a moment. */
const YOUNG_MS: Millis = 30_000;
/** An owner that makes no new pod for so long is stuck, or was stopped half way. It must not hold the fix for it. */
const STUCK_MS: Millis = 600_000;

/**
 * Whether the same pods are being replaced by their own controllers, seen by the pods alone: those of one owner are made from more than one
 * template, and something moves. `pods`: all that the selector selects, also those on their way out.
 */
export function rollingOf(pods: readonly Pod[], now: Millis): Situation['rolling'] {
  const present = pods.filter(({ phase }) => phase !== 'ended');
  const owners = Object.entries(Object.groupBy(present, ({ owner }) => owner ?? '')).filter(([owner]) => owner !== '');
  const rolling = owners.flatMap(([owner, its = []]) => {
    const until = rollsUntil(its);
    return until > now ? [{ owner, until }] : [];
  });
  if (rolling.length === 0) return null;
  const names = rolling.map(({ owner }) => owner).toSorted();
  return {
    because: `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} replacing these pods`,
    until: Math.max(...rolling.map(({ until }) => until)),
  };
}

/** When it is over if no pod changes any more; long ago where they are of one template. */
function rollsUntil(pods: readonly Pod[]): Millis {
  const templates = new Set(pods.map(({ templateHash }) => templateHash));
  if (templates.size < 2) return 0;
  const youngest = pods.reduce((last, { bornAt }) => Math.max(last, bornAt), 0);
  return youngest + (pods.some(isMoving) ? STUCK_MS : YOUNG_MS);
}

function isMoving({ terminating, containers }: Pod): boolean {
  return terminating || containers.length === 0 || containers.some(({ ready }) => !ready);
}
