import { z } from 'zod';
import { BECAUSE_MAX, because } from './because.ts';
import { ruled, matches } from './rule.ts';
import { time } from './time.ts';
import { mapOf } from './unique.ts';

export type Condition = z.output<typeof Condition>;
const Condition = z.object({
  type: z
    .enum(['Ready', 'Reconciling', 'Stalled'])
    .describe('Ready: the whole fleet is on the sources. Reconciling: under way, or paused. Stalled: a person must look.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it is so.'),
  observedGeneration: z.int().min(0).optional().describe('The generation of the spec that this was said of.'),
  lastTransitionTime: time().describe('When status changed last.'),
  reason: ruled(z.string().min(1).max(64), matches(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/, 'reason must be one word')).describe(
    'The reason in one word, for programs.',
  ),
  message: because(BECAUSE_MAX).describe('The reason in words, for people.'),
});

/** After kstatus, so that kubectl wait, Argo CD, Flux and Helm agree. */
export const Conditions = mapOf('type', z.array(Condition).max(8));
