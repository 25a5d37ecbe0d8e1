import { z } from 'zod';
import { type Rule, ruled } from '../rule.ts';
import { HttpGates } from './http.ts';
import { JobGate } from './job.ts';
import { MetricsGates } from './metrics.ts';

const Readiness = z.object({
  restarts: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("How often a member's app containers, taken together, may start again between its ack and the end of the bake."),
});

const UnruledGates = z.object({
  readiness: Readiness.prefault({}).describe('Every asked member is Ready through the bake. Always on.'),
  http: HttpGates.optional().describe(
    'Asked of every member on the candidate while the wave bakes: the answer must be 2xx, and its value match.',
  ),
  metrics: MetricsGates.optional().describe('Asked of Prometheus while the wave bakes: every value must be within min and max.'),
  job: JobGate.optional().describe('A smoke test: a Job that is run once in each bake and must succeed. The name of this gate is job.'),
});

const ownNames: Rule<z.output<typeof UnruledGates>> = {
  cel: '!has(self.http) || !has(self.metrics) || self.http.all(h, !self.metrics.exists(m, m.name == h.name))',
  message: 'gates: a name is there twice, in http and in metrics',
  holds: ({ http = [], metrics = [] }) => http.every(({ name }) => !metrics.some((it) => it.name === name)),
};

export const Gates = ruled(UnruledGates, ownNames);
