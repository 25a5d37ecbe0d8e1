import { z } from 'zod';
import { BECAUSE_MAX, because, LISTED_BECAUSE_MAX } from './because.ts';
import { type Kind, objectOf } from './kind.ts';
import { objectName } from './names.ts';
import { RELOAD_RULES, SPEC_RULES } from './reload-rules.ts';
import { RevisionSources, revisionName } from './revision.ts';
import { Outcome, rolloutNumber, WaveRecords } from './rollout.ts';
import { ruled } from './rule.ts';
import { time } from './time.ts';
import { by, HeardVerbs, verbs } from './verb.ts';

export type ReloadSpec = z.output<typeof ReloadSpec>;
export const ReloadSpec = ruled(
  z.object({
    policy: objectName('policy').describe('The name of the policy, in the same namespace.'),
    revision: revisionName('revision').describe('The revision that was rolled out. In a wish: the one that the fleet should go to.'),
    rollout: rolloutNumber({ atLeast: 1 })
      .optional()
      .describe(
        "The number of the rollout that the Reload records, <policy>-<rollout>. The operator's: nobody else makes one with it, and a wish has none.",
      ),
    from: revisionName('from').optional().describe('The stable revision that it came from. Absent for a first one.'),
    fromSources: RevisionSources.optional().describe('What that one is made of: by it the fleet can be asked to go back there.'),
    sources: RevisionSources.optional().describe('What the revision is made of. A wish names none: the operator knows.'),
    changedBy: z
      .string()
      .max(253)
      .optional()
      .describe('Who changed the source: the field manager of the edit, such as kubectl-client-side-apply.'),
    because: because(BECAUSE_MAX).describe('Why it was begun, such as "the sources changed".'),
    by: by().optional(),
    ...verbs,
  }),
  ...SPEC_RULES,
);

const Members = z.object({
  asked: z.int().min(0).describe('Members to which the revision was assigned.'),
  applied: z.int().min(0).describe('Those that applied it.'),
  refused: z.int().min(0).describe('Those that refused it.'),
});

const Answer = z.object({
  refused: because(BECAUSE_MAX).optional().describe('Why nothing comes of it. Absent where it was taken up.'),
  rollout: rolloutNumber({ atLeast: 1 })
    .optional()
    .describe('The rollout that it became: the Reload <policy>-<rollout>. Absent where it became none.'),
  reason: because(LISTED_BECAUSE_MAX).optional().describe('Of retry: the reason that was answered. Another one is another wish.'),
  at: time().describe('When it was answered.'),
});

export type ReloadStatus = z.output<typeof ReloadStatus>;
export const ReloadStatus = z.object({
  outcome: Outcome.optional().describe('How the rollout ended. Absent while it runs, and while its members return to stable.'),
  because: because(BECAUSE_MAX).optional().describe('Why it ended so, or what it waits for.'),
  startedAt: time().optional().describe('When it began.'),
  finishedAt: time().optional().describe('When it ended.'),
  waves: WaveRecords.optional().describe('The waves that it opened, first to last.'),
  members: Members.optional().describe('Counts of members.'),
  heard: HeardVerbs.optional().describe('What became of abort, pause, promote and approve, as the policy remembers it.'),
  answer: Answer.optional().describe('What became of a wish, or of retry.'),
});

export const reloadKind: Kind = {
  kind: 'Reload',
  plural: 'reloads',
  singular: 'reload',
  shortName: 'rl',
  description:
    'A Reload is the record of one rollout of a policy, and where verbs are said to it. The operator makes it, named <policy>-<n>. One that a person makes, with generateName, is a wish: the fleet should go to that revision, or try it again.',
  // Kubernetes' own. It bounds what the rules on the name cost.
  nameMax: 253,
  rules: RELOAD_RULES,
  spec: ReloadSpec.describe('What was rolled out, from where, and why, which does not change; and the verbs, which may.'),
  status: ReloadStatus.describe('How it went.'),
  columns: [
    { name: 'Policy', type: 'string', jsonPath: '.spec.policy' },
    { name: 'Revision', type: 'string', jsonPath: '.spec.revision' },
    { name: 'Outcome', type: 'string', jsonPath: '.status.outcome' },
    { name: 'Why', type: 'string', jsonPath: '.spec.because', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

/** A Reload as the API server gives it. */
export type Reload = z.output<typeof Reload>;
export const Reload = objectOf('Reload', ReloadSpec, ReloadStatus);
