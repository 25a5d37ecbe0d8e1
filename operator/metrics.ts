import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Result } from './inject/webhook.ts';
import type { Counters } from './link/counters.ts';
import type { Heard, Outcome } from './plan/situation.ts';

export type Metrics = ReturnType<typeof openMetrics>;

/** `reload_*` count members' reloads, `rollouts_total` rollouts. Labels are bounded: no member, no text; `reason` is one word of few. */
export function openMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ['namespace', 'policy', 'reason'] as const;

  const total = new Counter({ name: 'reload_total', help: 'Reloads of members that ended.', labelNames, registers });
  const success = new Counter({
    name: 'reload_success_total',
    help: 'Reloads that a member applied; reason is the proof.',
    labelNames,
    registers,
  });
  const failure = new Counter({ name: 'reload_failure_total', help: 'Reloads that a member refused.', labelNames, registers });
  const duration = new Histogram({
    name: 'reload_duration_seconds',
    help: 'From the handle fired to the proof, as the sidecar measured it.',
    labelNames: ['namespace', 'policy'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const version = new Gauge({
    name: 'current_config_version',
    help: 'The stable revision of a policy, as a label; always 1.',
    labelNames: ['namespace', 'policy', 'version'] as const,
    registers,
  });
  const rollouts = new Counter({
    name: 'rollouts_total',
    help: 'Rollouts that ended.',
    labelNames: ['namespace', 'policy', 'outcome'] as const,
    registers,
  });
  const verbs = new Counter({
    name: 'verbs_total',
    help: 'Verbs that people said to rollouts: taken up, or refused.',
    labelNames: ['namespace', 'policy', 'verb', 'result'] as const,
    registers,
  });
  const passes = new Counter({
    name: 'passes_total',
    help: 'Passes over a policy: observe, plan, record, publish.',
    labelNames: ['result'] as const,
    registers,
  });
  const leader = new Gauge({ name: 'leader', help: 'Whether this replica leads.', registers });
  const streams = new Gauge({ name: 'link_streams', help: 'Sidecars connected.', registers });
  const linkRefused = new Counter({ name: 'link_refused_total', help: 'Streams refused.', labelNames: ['reason'] as const, registers });
  const linkEnded = new Counter({ name: 'link_ended_total', help: 'Streams ended.', labelNames: ['reason'] as const, registers });
  const linkIgnored = new Counter({
    name: 'link_ignored_frames_total',
    help: 'Frames that matched nothing in flight.',
    labelNames: ['frame'] as const,
    registers,
  });
  const linkOutranked = new Counter({
    name: 'link_outranked_total',
    help: 'Members that had seen a higher epoch than ours: as they dialled (hello), or as they refused what we told them (ack).',
    labelNames: ['by'] as const,
    registers,
  });
  const reviews = new Counter({ name: 'link_token_reviews_total', help: 'TokenReviews asked of the API server.', registers });
  const sent = new Counter({ name: 'link_sent_bytes_total', help: 'Bytes of files sent to sidecars.', registers });
  const injections = new Counter({
    name: 'injections_total',
    help: 'Reviews of pods that ask for the sidecar.',
    labelNames: ['result'] as const,
    registers,
  });
  const injecting = new Histogram({
    name: 'injection_duration_seconds',
    help: 'From the whole review to the answer.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
    registers,
  });
  const versions = new Map<string, string>();

  const counters: Counters = {
    streams: (open) => streams.set(open),
    refused: (reason) => linkRefused.inc({ reason }),
    ended: (reason) => linkEnded.inc({ reason }),
    ignored: (frame) => linkIgnored.inc({ frame }),
    outranked: (by) => linkOutranked.inc({ by }),
    reviewed: () => reviews.inc(),
    sentBytes: (bytes) => sent.inc(bytes),
  };

  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    counters,
    leads: (yes: boolean) => leader.set(yes ? 1 : 0),
    passed: (result: 'done' | 'failed') => passes.inc({ result }),
    /** A member's reload ended. `reason` is the proof, or `refused`; `tookMs` is null where nothing was fired. */
    reloaded: (namespace: string, policy: string, ok: boolean, reason: string, tookMs: number | null) => {
      total.inc({ namespace, policy, reason });
      (ok ? success : failure).inc({ namespace, policy, reason });
      if (tookMs !== null) duration.observe({ namespace, policy }, tookMs / 1000);
    },
    reviewed: (result: Result, tookMs: number) => {
      injections.inc({ result });
      injecting.observe(tookMs / 1000);
    },
    rolledOut: (namespace: string, policy: string, outcome: Outcome) => rollouts.inc({ namespace, policy, outcome }),
    heard: (namespace: string, policy: string, { verb, refused }: Heard) =>
      verbs.inc({ namespace, policy, verb, result: refused === null ? 'taken' : 'refused' }),
    /** Who leads no more has nothing to say of what runs. */
    forget: () => {
      version.reset();
      versions.clear();
    },
    /** An old series is removed; null when the policy is gone. */
    runs: (namespace: string, policy: string, revision: string | null) => {
      const key = `${namespace}/${policy}`;
      const before = versions.get(key);
      if (before === (revision ?? undefined)) return;
      if (before !== undefined) version.remove({ namespace, policy, version: before });
      versions.delete(key);
      if (revision === null) return;
      versions.set(key, revision);
      version.set({ namespace, policy, version: revision }, 1);
    },
  };
}
