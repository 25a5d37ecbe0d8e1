import type { Pod } from './authenticate.ts';
import { bucket, buckets } from './bucket.ts';
import type { Clock } from './clock.ts';
import type { Log } from './counters.ts';
import { REFUSALS, type Refusal } from './refusal.ts';

/** Says in the log whose dial was refused. `pod` is named where its token was found good; what a bad token claims is not repeated. */
export type Complain = (reason: Refusal, from: string, pod?: Pod) => void;

/** A peer that goes on is said once a minute for each reason, and all of them together fill no log: the counters have the rest. */
const EACH = { perSecond: 1 / 60, burst: 1 };
const ALL = { perSecond: 5, burst: 50 };

export function complainer(log: Pick<Log, 'warn'>, clock: Pick<Clock, 'now'>): Complain {
  const each = buckets(EACH, clock);
  const all = bucket(ALL, clock);
  return (reason, from, pod) => {
    // 503 is ordinary: it is dialled again, and goes well.
    if (REFUSALS[reason].status === 503 || !each(`${reason} ${from}`) || !all()) return;
    const its = pod && { namespace: pod.namespace, member: pod.name };
    log.warn({ ...its, from, reason, because: REFUSALS[reason].says }, 'stream refused');
  };
}
