import { collectDefaultMetrics, Registry } from 'prom-client';
import { certificateMetrics } from './metrics/certificates.ts';
import { injectionMetrics } from './metrics/injection.ts';
import { linkMetrics } from './metrics/link.ts';
import { passMetrics } from './metrics/passes.ts';
import { policyMetrics } from './metrics/policies.ts';
import { reloadMetrics } from './metrics/reloads.ts';
import type { Standing } from './metrics/standing.ts';
import { watchMetrics } from './metrics/watches.ts';

export type Metrics = ReturnType<typeof openMetrics>;

/**
 * All that /metrics has, a file a family in metrics/. Labels are bounded: no member, no text; `reason` is one word of few. A policy has some
 * 20 series at rest and 45 after its first rollout, all of them on the leader and gone with the policy; all else together has fewer than 150.
 */
export function openMetrics(now: () => number = Date.now) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { beginAtZero, gone: uncount, ...reloads } = reloadMetrics(registry);
  const policies = policyMetrics(registry, now);
  const passes = passMetrics(registry);

  return {
    registry,
    text: () => registry.metrics(),
    contentType: registry.contentType,
    counters: linkMetrics(registry),
    ...reloads,
    ...watchMetrics(registry),
    ...certificateMetrics(registry),
    ...injectionMetrics(registry),
    leads: passes.leads,
    passed: passes.passed,
    waited: passes.waited,
    queue: passes.queue,
    stands: (namespace: string, policy: string, standing: Standing) => {
      if (!policies.isKnown(namespace, policy)) beginAtZero(namespace, policy);
      policies.stands(namespace, policy, standing);
    },
    /** The policy is gone, and all its series with it: a cluster that makes and deletes policies all day must not keep them. */
    gone: (namespace: string, policy: string) => {
      policies.gone(namespace, policy);
      uncount(namespace, policy);
    },
    /** Who leads no more has nothing to say of what runs. What was counted stays. */
    forget: () => {
      policies.forget();
      passes.forget();
    },
  };
}
