import { Counter, Histogram, type Registry } from 'prom-client';
import type { Heard, Outcome } from '../plan/situation.ts';
import type { Proof } from '../../sidecar/protocol.ts';
import { wordsOf } from './words.ts';

export type Reason = Proof | 'refused';

const LABELS = ['namespace', 'policy', 'reason'] as const;
const REASONS = wordsOf<Reason>({ Delivered: true, Confirmed: true, Booted: true, Adopted: true, refused: true });
const OUTCOMES = wordsOf<Outcome>({ Succeeded: true, RolledBack: true, RollbackFailed: true, Superseded: true, Aborted: true });
const VERBS = wordsOf<Heard['verb']>({ abort: true, pause: true, promote: true, approve: true });
const RESULTS = ['taken', 'refused'] as const;

/** `reload_*` count members' reloads, `rollouts_total` rollouts. `reason` is one word of few. */
export function reloadMetrics(registry: Registry) {
  const registers = [registry];
  const total = new Counter({
    name: 'reload_total',
    help: 'Reloads of members that ended; reason is the proof, or refused. Leader only.',
    labelNames: LABELS,
    registers,
  });
  const success = new Counter({
    name: 'reload_success_total',
    help: 'Reloads that a member applied; reason is the proof. Leader only.',
    labelNames: LABELS,
    registers,
  });
  const failure = new Counter({
    name: 'reload_failure_total',
    help: 'Reloads that a member refused. Leader only.',
    labelNames: LABELS,
    registers,
  });
  const duration = new Histogram({
    name: 'reload_duration_seconds',
    help: 'From the handle fired to the proof, as the sidecar measured it. Leader only.',
    labelNames: ['namespace', 'policy'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const rollouts = new Counter({
    name: 'rollouts_total',
    help: 'Rollouts that ended, by their outcome. Leader only.',
    labelNames: ['namespace', 'policy', 'outcome'] as const,
    registers,
  });
  const verbs = new Counter({
    name: 'verbs_total',
    help: 'Verbs that people said to rollouts: taken up, or refused. Leader only.',
    labelNames: ['namespace', 'policy', 'verb', 'result'] as const,
    registers,
  });

  return {
    /** A member's reload ended. `reason` is the proof, or `refused`; `tookMs` is null where nothing was fired. */
    reloaded: (namespace: string, policy: string, ok: boolean, reason: Reason, tookMs: number | null) => {
      total.inc({ namespace, policy, reason });
      (ok ? success : failure).inc({ namespace, policy, reason });
      if (tookMs !== null) duration.observe({ namespace, policy }, tookMs / 1000);
    },
    rolledOut: (namespace: string, policy: string, outcome: Outcome) => rollouts.inc({ namespace, policy, outcome }),
    /** A series that begins at 1 has not risen, to Prometheus: the first rollout would be missed. */
    beginAtZero: (namespace: string, policy: string) => {
      for (const outcome of OUTCOMES) rollouts.inc({ namespace, policy, outcome }, 0);
    },
    heard: (namespace: string, policy: string, { verb, refused }: Heard) =>
      verbs.inc({ namespace, policy, verb, result: refused === null ? 'taken' : 'refused' }),
    gone: (namespace: string, policy: string) => {
      for (const reason of REASONS) for (const metric of [total, success, failure]) metric.remove({ namespace, policy, reason });
      duration.remove({ namespace, policy });
      for (const outcome of OUTCOMES) rollouts.remove({ namespace, policy, outcome });
      for (const verb of VERBS) for (const result of RESULTS) verbs.remove({ namespace, policy, verb, result });
    },
  };
}
