import { z } from 'zod';
import { because, LISTED_BECAUSE_MAX } from './because.ts';
import { time } from './time.ts';

/** Longest name of a user. */
export const BY_MAX = 253;
/** As many as a policy can have. */
export const WAVES_MAX = 16;

/** Who: the user where admission checked it. */
export function by() {
  return z
    .string()
    .min(1)
    .max(BY_MAX)
    .describe("Who says so: your own user name, and no other one. Without it the write's field manager is who said it.");
}

const said = { by: by().optional(), reason: because(LISTED_BECAUSE_MAX).optional().describe('Why, for people.') };
const wave = () => z.int().min(1).max(WAVES_MAX);

/** Small writes to a rollout's Reload. Each is heard once, and stands until it is taken away. */
export const verbs = {
  abort: z.object(said).optional().describe('End the rollout: whoever was asked goes back to stable, and the revision is in quarantine.'),
  pause: z.object(said).optional().describe('Hold the rollout: nobody is newly asked, and no wave opens. Take it away to go on.'),
  promote: z
    .object({
      wave: wave().optional().describe('The last one that opens so; the first wave is 1. Without it, all of them.'),
      ...said,
    })
    .optional()
    .describe('Open waves without waiting for bake, gates or approvals.'),
  approve: z
    .object({ wave: wave().describe('The wave that may open; the first one is 1.'), ...said })
    .optional()
    .describe('Let a wave open that needs approval.'),
  retry: z
    .object({
      by: by().optional(),
      reason: because(LISTED_BECAUSE_MAX).min(1).describe('Why it should go well now, for people.'),
    })
    .optional()
    .describe('Lift the quarantine of what failed in this rollout; where the sources still say it, it is rolled out again.'),
} as const;

const Heard = z.object({
  verb: z.enum(['abort', 'pause', 'promote', 'approve']).describe('The verb.'),
  wave: wave().optional().describe('Of promote and approve: the wave.'),
  by: z.string().max(BY_MAX).describe('Who said it: the user where admission checked it, else the field manager of the write.'),
  reason: because(LISTED_BECAUSE_MAX).optional().describe('Why, as it was said.'),
  at: time().describe('When it was heard.'),
  refused: because(LISTED_BECAUSE_MAX).optional().describe('Why it makes no sense. Absent where it was taken up.'),
});

/** What became of the verbs, one of each at most. */
export const HeardVerbs = z.array(Heard).max(4);
