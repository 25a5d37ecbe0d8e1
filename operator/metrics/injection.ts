import { Counter, Histogram, type Registry } from 'prom-client';
import type { Result } from '../inject/webhook.ts';

/** The webhook, which every replica serves. */
export function injectionMetrics(registry: Registry) {
  const registers = [registry];
  const reviews = new Counter({
    name: 'injections_total',
    help: 'Reviews of pods that ask for the sidecar. Each replica: the API server asks any of them.',
    labelNames: ['result'] as const,
    registers,
  });
  const took = new Histogram({
    name: 'injection_duration_seconds',
    help: 'From the whole review to the answer. Each replica.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
    registers,
  });
  return {
    reviewed: (result: Result, tookMs: number) => {
      reviews.inc({ result });
      took.observe(tookMs / 1000);
    },
  };
}
