import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Event } from '../kube/events.ts';
import type { Log } from '../kube/log.ts';
import { buckets } from '../link/bucket.ts';
import type { Clock } from '../link/clock.ts';
import { expiring } from '../link/expiring.ts';

export type RefusalsOptions = {
  readonly emit: (policy: ReloadPolicy, event: Event) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
};

/** As long as an Event is kept. */
const SAID_FOR_MS = 3_600_000;
const MOST_SAID = 10_000;
/** Of one policy: reasons quote what strangers name, and may be as many as those like. */
const PACE = { perSecond: 1 / 60, burst: 10 };

/** An Event on the policy for each reason, and not for each pod: a ReplicaSet asks again and again. */
export function openRefusals({ emit, clock, log }: RefusalsOptions): (policy: ReloadPolicy, pod: string, because: string) => void {
  const said = expiring<true>(MOST_SAID, clock.now);
  const mayTell = buckets(PACE, clock);

  return (policy, pod, because) => {
    const { uid, namespace, name } = policy.metadata;
    const key = `${uid} ${because}`;
    if (said.get(key) || !mayTell(uid)) return;
    said.set(key, true, clock.now() + SAID_FOR_MS);
    const event: Event = { type: 'Warning', reason: 'InjectionRefused', message: `pod ${pod} runs without the sidecar: ${because}` };
    emit(policy, event).catch((error: unknown) => {
      said.set(key, true, 0);
      log.warn({ namespace, policy: name, because: String(error) }, 'the event of a refused injection could not be written');
    });
  };
}
