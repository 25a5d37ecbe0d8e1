import { z } from 'zod';
import { durationField } from './duration.ts';
import { Gates } from './gates/index.ts';
import { Handle } from './handle.ts';
import { type Kind, objectOf } from './kind.ts';
import { ReloadPolicyStatus } from './reload-policy-status.ts';
import { type Rule, ruled } from './rule.ts';
import { Selector } from './selector.ts';
import { shareField } from './share.ts';
import { Sources, sourcesOf } from './source.ts';
import { Trigger } from './trigger.ts';
import { Waves } from './wave.ts';
import { Windows } from './window.ts';

const Targets = z.object({ selector: Selector.describe("Which pods of the policy's own namespace are members.") });

const UnruledSpec = z.object({
  sources: Sources.describe(
    '1 to 16 ConfigMaps and Secrets. One revision spans all of them: cert and config arrive together or not at all.',
  ),
  targets: Targets.describe('The fleet.'),
  handle: Handle.describe('How the app of a member is told to reload: exactly one of signal, http, fileWatch.'),
  trigger: Trigger.prefault({}).describe('When an edit of the sources begins a rollout: a burst of edits is one rollout.'),
  waves: Waves.prefault([{ upTo: 1 }, { upTo: '10%' }, { upTo: '50%' }, { upTo: '100%' }]).describe(
    'How far a rollout reaches, wave by wave. The next one opens when the gates have held through the bake of the one before it.',
  ),
  gates: Gates.prefault({}).describe('What must hold before the next wave.'),
  maxUnavailable: shareField('maxUnavailable', { atLeast: 1 })
    .default('25%')
    .describe('Members mid-reload or not Ready at once: a count, or a share of the fleet, rounded down and at least 1.'),
  maxFailures: shareField('maxFailures', { atLeast: 0 })
    .default(0)
    .describe('Members that may fail before the rollout does: a count, or a share of the fleet. With 0 the first failure rolls back.'),
  deadline: durationField('deadline', { from: '10s', upTo: '720h' })
    .default('1h')
    .describe(
      'With no progress for so long, the rollout fails. What a person, a freeze or a window holds does not count. A duration from 10s to 720h.',
    ),
  windows: Windows.optional().describe(
    'When rollouts may go forward. Outside of all of them they hold; going back to stable is bound by nothing. Without it, always.',
  ),
  onFailure: z
    .enum(['Rollback', 'Pause'])
    .default('Rollback')
    .describe(
      'What a failed gate does. Rollback: whoever was asked goes back to stable. Pause: everybody stays, and a person says what to do.',
    ),
  onNewRevision: z
    .enum(['Supersede', 'Finish'])
    .default('Supersede')
    .describe(
      'What an edit during a rollout does. Supersede: the rollout ends, and a new one begins. Finish: the new one begins when the old one has ended.',
    ),
  paused: z.boolean().default(false).describe('Hold: no member is newly asked to go forward, and no wave opens.'),
  revisionHistoryLimit: z
    .int()
    .min(0)
    .max(100)
    .default(10)
    .describe(
      'How many ended Reloads are kept of each outcome, such as Succeeded or Superseded, with the revisions that they name; and of wishes. Besides, those of what is in quarantine.',
    ),
});

const equalsNamesASource: Rule<z.output<typeof UnruledSpec>> = {
  cel: [
    '!has(self.handle.verify) || !has(self.handle.verify.http) || !has(self.handle.verify.http.equals.source) || self.sources.exists_one(s,',
    '(has(s.configMap) && s.configMap.name == self.handle.verify.http.equals.source) ||',
    '(has(s.secret) && s.secret.name == self.handle.verify.http.equals.source))',
  ].join(' '),
  message: 'handle.verify.http.equals.source must be the name of exactly one of spec.sources',
  holds: ({ handle, sources }) => {
    const named = handle.verify?.http?.equals.source;
    return named === undefined || sourcesOf(sources).filter(({ name }) => name === named).length === 1;
  },
};

export type ReloadPolicySpec = z.output<typeof ReloadPolicySpec>;
export const ReloadPolicySpec = ruled(UnruledSpec, equalsNamesASource);

export const reloadPolicyKind: Kind = {
  kind: 'ReloadPolicy',
  plural: 'reloadpolicies',
  singular: 'reloadpolicy',
  shortName: 'rp',
  description: 'A ReloadPolicy says which sources go to which pods, how their app reloads, in which waves and behind which gates.',
  // It is a label's value.
  nameMax: 63,
  rules: [],
  spec: ReloadPolicySpec.describe('What is wanted.'),
  // Of no generation yet: else kstatus takes a policy that nobody has looked at for one that is done.
  status: ReloadPolicyStatus.default({ observedGeneration: 0 }).describe(
    'How far it is. Written by the operator, whose only memory it is.',
  ),
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Stable', type: 'string', jsonPath: '.status.stableRevision' },
    { name: 'Candidate', type: 'string', jsonPath: '.status.candidateRevision' },
    { name: 'Wave', type: 'integer', jsonPath: '.status.wave' },
    { name: 'Applied', type: 'integer', jsonPath: '.status.members.applied' },
    { name: 'Members', type: 'integer', jsonPath: '.status.members.total' },
    { name: 'Because', type: 'string', jsonPath: '.status.because', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};

/** A policy as the API server gives it. */
export type ReloadPolicy = z.output<typeof ReloadPolicy>;
export const ReloadPolicy = objectOf('ReloadPolicy', ReloadPolicySpec, ReloadPolicyStatus);
