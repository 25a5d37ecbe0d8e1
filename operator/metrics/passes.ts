import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The leader's loop: who leads, what waits for its pass, and how long passes take. */
export function passMetrics(registry: Registry) {
  const registers = [registry];
  let depth = (): number => 0;

  const leader = new Gauge({ name: 'leader', help: 'Whether this replica leads: 1 on one replica, 0 on the others.', registers });
  const passes = new Counter({
    name: 'passes_total',
    help: 'Passes over a policy: observe, plan, record, publish. Leader only.',
    labelNames: ['result'] as const,
    registers,
  });
  const took = new Histogram({
    name: 'pass_duration_seconds',
    help: 'How long a pass over a policy took, whatever came of it. Leader only.',
    buckets: SECONDS,
    registers,
  });
  const queued = new Gauge({
    name: 'queue_depth',
    help: 'Policies that are due and wait for their pass. Leader only.',
    registers,
    collect() {
      this.set(depth());
    },
  });
  const waited = new Histogram({
    name: 'queue_wait_seconds',
    help: 'From when a policy was due to the start of its pass. Leader only.',
    buckets: SECONDS,
    registers,
  });
  // So that a rate has something to rise from, and a healthy replica a series.
  for (const result of ['done', 'failed'] as const) passes.inc({ result }, 0);
  queued.set(0);

  return {
    leads: (yes: boolean) => leader.set(yes ? 1 : 0),
    passed: (result: 'done' | 'failed', tookMs: number) => {
      passes.inc({ result });
      took.observe(tookMs / 1000);
    },
    waited: (ms: number) => waited.observe(ms / 1000),
    /** How many are due now; asked when metrics are. */
    queue: (due: () => number) => {
      depth = due;
    },
    forget: () => {
      depth = () => 0;
    },
  };
}
