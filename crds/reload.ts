import { z } from 'zod';
import { BECAUSE_MAX, because } from './because.ts';
import { type Kind, objectOf } from './kind.ts';
import { objectName } from './names.ts';
import { RevisionSources, revisionName } from './revision.ts';
import { Outcome, WaveRecords } from './rollout.ts';
import { ruled } from './rule.ts';
import { time } from './time.ts';

export type ReloadSpec = z.output<typeof ReloadSpec>;
export const ReloadSpec = ruled(
  z.object({
    policy: objectName('policy').describe('The name of the policy, in the same namespace.'),
    revision: revisionName('revision').describe('The revision that was rolled out.'),
    from: revisionName('from').optional().describe('The stable revision that it came from. Absent for a first one.'),
    sources: RevisionSources.describe('What the revision is made of.'),
    changedBy: z
      .string()
      .max(253)
      .optional()
      .describe('Who changed the source: the field manager of the edit, such as kubectl-client-side-apply.'),
    because: because(BECAUSE_MAX).describe('Why it was begun, such as "the sources changed".'),
  }),
  {
    cel: 'self == oldSelf',
    message: 'spec is a record and does not change: make a new Reload',
    // The old one is not at hand here: this is the API server's to check.
    holds: () => true,
  },
);

const Members = z.object({
  asked: z.int().min(0).describe('Members to which the revision was assigned.'),
  applied: z.int().min(0).describe('Those that applied it.'),
  refused: z.int().min(0).describe('Those that refused it.'),
});

export type ReloadStatus = z.output<typeof ReloadStatus>;
export const ReloadStatus = z.object({
  outcome: Outcome.optional().describe('How the rollout ended. Absent while it runs, and while its members return to stable.'),
  because: because(BECAUSE_MAX).optional().describe('Why it ended so, or what it waits for.'),
  startedAt: time().optional().describe('When it began.'),
  finishedAt: time().optional().describe('When it ended.'),
  waves: WaveRecords.optional().describe('The waves that it opened, first to last.'),
  members: Members.optional().describe('Counts of members.'),
});

export const reloadKind: Kind = {
  kind: 'Reload',
  plural: 'reloads',
  singular: 'reload',
  shortName: 'rl',
  description: 'A Reload is the record of one rollout of a policy. The operator makes it, named <policy>-<n>.',
  nameMax: null,
  spec: ReloadSpec.describe('What was rolled out, from where, and why. Does not change.'),
  status: ReloadStatus.describe('How it went.'),
  columns: [
    { name: 'Policy', type: 'string', jsonPath: '.spec.policy' },
    { name: 'Revision', type: 'string', jsonPath: '.spec.revision' },
    { name: 'Outcome', type: 'string', jsonPath: '.status.outcome' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

/** A Reload as the API server gives it. */
export type Reload = z.output<typeof Reload>;
export const Reload = objectOf('Reload', ReloadSpec, ReloadStatus);
