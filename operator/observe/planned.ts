import { millis } from '../../crds/duration.ts';
import type { ReloadPolicySpec } from '../../crds/reload-policy.ts';
import type { Gate, Policy, Trigger } from '../plan/situation.ts';

/** In a query: the names of members on stable, to compare with. */
const CONTROL = '{{control}}';

/** As the planner sees it: no text that has to be read, and every absent field has its meaning. */
export function planned(spec: ReloadPolicySpec): Policy {
  return {
    waves: spec.waves.map(({ upTo, bake, approval, spread }) => ({
      upTo,
      bakeMs: millis(bake),
      approval: approval === 'Required',
      spread: spread ?? null,
    })),
    timeoutMs: millis(spec.handle.timeout),
    retries: spec.handle.retries,
    restarts: spec.gates.readiness.restarts,
    maxUnavailable: spec.maxUnavailable,
    maxFailures: spec.maxFailures,
    paused: spec.paused,
    trigger: triggerOf(spec),
    deadlineMs: millis(spec.deadline),
    onFailure: spec.onFailure,
    onNewRevision: spec.onNewRevision,
    gates: gatesOf(spec.gates),
  };
}

/** One source is edited at once; several, as a rule, one after another. */
function triggerOf({ trigger, sources }: ReloadPolicySpec): Trigger {
  const quiet = trigger.quiet ?? (sources.length === 1 ? '0s' : '2s');
  return { quietMs: millis(quiet), maxWaitMs: millis(trigger.maxWait), minIntervalMs: millis(trigger.minInterval) };
}

function gatesOf({ metrics = [], http = [], job }: ReloadPolicySpec['gates']): readonly Gate[] {
  return [
    ...metrics.map(({ name, prometheus, min, max, failures, noData, dryRun }): Gate => {
      const comparesControl = prometheus.query.includes(CONTROL);
      return { kind: 'metrics', name, min: min ?? null, max: max ?? null, failures, noData, dryRun, comparesControl };
    }),
    ...http.map(({ name, failures }): Gate => ({ kind: 'http', name, failures })),
    ...(job === undefined ? [] : [{ kind: 'job', name: 'job' } as const]),
  ];
}
