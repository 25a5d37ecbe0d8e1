import { z } from 'zod';
import { durationField } from '../duration.ts';

/** As the user wrote it; what is wrong with it, the API server says when the Job is made. */
const asWritten = () => z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true });

const PodTemplate = z.object({
  metadata: asWritten().optional().describe("The pod's labels and annotations."),
  spec: asWritten().describe("The pod's spec, as in a Job."),
});

export const JobGate = z.object({
  template: PodTemplate.describe('The pod of the Job, as in spec.template of a Job.'),
  timeout: durationField('timeout', { from: '10s', upTo: '24h' })
    .default('10m')
    .describe('The Job must have succeeded after so long. A duration from 10s to 24h.'),
});
