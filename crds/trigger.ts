import { z } from 'zod';
import { DURATION, durationField, millis } from './duration.ts';
import { celText, type Rule, ruled } from './rule.ts';

const UnruledTrigger = z.object({
  quiet: durationField('quiet', { from: '0s', upTo: '10m' })
    .optional()
    .describe(
      'So long after the last edit of a burst a rollout begins. A duration from 0s to 10m. Without it 0s where the policy has one source, and 2s where it has more.',
    ),
  maxWait: durationField('maxWait', { from: '0s', upTo: '1h' })
    .default('30s')
    .describe('So long after the first edit of a burst a rollout begins, even if the edits go on. A duration from 0s to 1h.'),
  minInterval: durationField('minInterval', { from: '0s', upTo: '24h' })
    .default('0s')
    .describe('At least so long from the beginning of one rollout to that of the next. A duration from 0s to 24h.'),
});

/** Of what is no duration, its own rule speaks. */
const quietEnds: Rule<z.output<typeof UnruledTrigger>> = {
  cel: `!has(self.quiet) || !self.quiet.matches(${celText(DURATION)}) || !self.maxWait.matches(${celText(DURATION)}) || duration(self.quiet) <= duration(self.maxWait)`,
  message: 'trigger.quiet must not be longer than trigger.maxWait',
  holds: ({ quiet, maxWait }) =>
    quiet === undefined || !DURATION.test(quiet) || !DURATION.test(maxWait) || millis(quiet) <= millis(maxWait),
};

export const Trigger = ruled(UnruledTrigger, quietEnds);
