import { z } from 'zod';
import { durationField } from '../duration.ts';
import { dataKey, objectName } from '../names.ts';
import { matches, type Rule, ruled } from '../rule.ts';
import { mapOf } from '../unique.ts';
import { gateName } from './name.ts';

const ADDRESS = /^https?:\/\/[-A-Za-z0-9._:[\]]+(\/[-A-Za-z0-9._~%/]*)?$/;

const InSecret = z.object({
  secret: z
    .object({ name: objectName('name').describe("The Secret's name."), key: dataKey('key').describe('The key in it.') })
    .describe("A Secret of the policy's own namespace."),
});

const Prometheus = z.object({
  address: ruled(
    z.string().max(1024),
    matches(
      ADDRESS,
      'address must be an http or https address without user, query and fragment, such as http://prometheus.monitoring:9090',
    ),
  ).describe(
    'Where Prometheus, or what answers like it, is: the address that /api/v1/query follows, such as http://prometheus.monitoring:9090.',
  ),
  query: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      'PromQL. {{canary}} and {{control}} become expressions for the names of the pods on the candidate and on stable: sum(rate(errors_total{pod=~"{{canary}}"}[1m])).',
    ),
  token: InSecret.optional().describe(
    'The bearer token to ask with. The Secret has to say so itself: its annotation fleetreload.dev/prometheus is the origin of address, such as http://prometheus.monitoring:9090.',
  ),
  ca: InSecret.optional().describe(
    'The certificates, in PEM, that sign that of an https address. Without it, those that are publicly trusted.',
  ),
});

type MetricsGate = z.output<typeof MetricsGate>;
const MetricsGate = z.object({
  name: gateName(),
  prometheus: Prometheus.describe('What to ask.'),
  min: z.number().optional().describe('Every value of the answer must be at least this.'),
  max: z.number().optional().describe('Every value of the answer must be at most this.'),
  interval: durationField('interval', { from: '1s', upTo: '10m' })
    .default('15s')
    .describe('How often it is asked. A duration from 1s to 10m.'),
  failures: z.int().min(1).max(10).default(1).describe('So many answers in a row out of bounds fail the rollout.'),
  noData: z
    .enum(['Pause', 'Fail', 'Pass'])
    .default('Pause')
    .describe('What an answer without values means. Pause: the wave waits, and says so.'),
  dryRun: z.boolean().default(false).describe('Measured and shown, but never in the way of a wave: to try a gate out.'),
});

const isBounded: Rule<MetricsGate> = {
  cel: 'has(self.min) || has(self.max)',
  message: 'metrics: an entry needs min, max or both',
  holds: ({ min, max }) => min !== undefined || max !== undefined,
};
const boundsMeet: Rule<MetricsGate> = {
  cel: '!has(self.min) || !has(self.max) || self.min <= self.max',
  message: 'metrics: min must not be more than max',
  holds: ({ min, max }) => min === undefined || max === undefined || min <= max,
};

export const MetricsGates = mapOf('name', z.array(ruled(MetricsGate, isBounded, boundsMeet)).max(8));
