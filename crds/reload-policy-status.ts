import { z } from 'zod';
import { BECAUSE_MAX, because, LISTED_BECAUSE_MAX } from './because.ts';
import { Conditions } from './condition.ts';
import { RevisionSources, revisionName, SourceKind } from './revision.ts';
import { Outcome, rolloutNumber, WaveRecords } from './rollout.ts';
import { time } from './time.ts';
import { HeardVerbs } from './verb.ts';

/** Longer lists are refused by the API server: the writer keeps the newest of `quarantined`, and any of `offenders`. */
export const QUARANTINED_MAX = 20;
export const OFFENDERS_MAX = 20;
/** 8 http, 8 metrics, and job. */
const GATES_MAX = 17;

const count = () => z.int().min(0);

const Members = z.object({
  total: count().describe('Pods that the selector matches, less those that have ended or are on their way out.'),
  managed: count().describe('Those with our sidecar. The others are never waited for.'),
  connected: count().describe('Those whose sidecar is connected.'),
  assigned: count().describe('Those to which the candidate is assigned, or stable between rollouts.'),
  applied: count().describe('Those that applied what is assigned.'),
  confirmed: count().describe('Those of applied that proved it by handle.verify.'),
  refused: count().describe('Those that refused the candidate.'),
  ready: count().describe('Those whose app containers are all ready.'),
});

const Revision = z.object({
  name: revisionName('name').describe("The revision's name."),
  sources: RevisionSources.describe('What it is made of, in the order of spec.sources.'),
});

const Quarantined = z.object({
  revision: revisionName('revision').describe('The revision that failed a gate.'),
  at: time().describe('When it failed.'),
  because: because(LISTED_BECAUSE_MAX).describe('Why it failed; of those that failed long ago, the beginning of it.'),
  rollout: rolloutNumber({ atLeast: 1 })
    .optional()
    .describe('The rollout in which it failed: on its Reload the quarantine can be lifted, by spec.retry.'),
});

const ObservedSource = z.object({
  kind: SourceKind.describe('The kind of the source.'),
  name: z.string().max(253).describe('The name of the source; the beginning of it where the status would grow beyond 16 KiB.'),
  resourceVersion: z.string().max(64).describe('The resourceVersion that was read last: tells whether an edit has been seen.'),
});

const Offender = z.object({
  member: z.string().max(253).describe("The pod's name."),
  because: because(LISTED_BECAUSE_MAX).describe('What it answered, or what was seen.'),
});

const Gate = z.object({
  name: z.string().max(63).describe('The name of the gate; that of the job is job.'),
  verdict: z
    .enum(['Pass', 'Wait', 'Fail', 'Unknown', 'Pause'])
    .describe(
      'Whether it holds. Wait: not known yet. Unknown: it could not be measured. Pause: nor will it be, until a person does something.',
    ),
  because: because(LISTED_BECAUSE_MAX).describe('What was measured.'),
});

/** The operator's only memory: the planner's Progress can be restored from it without loss. `rollout` is there once it has planned. */
export type ReloadPolicyStatus = z.output<typeof ReloadPolicyStatus>;
export const ReloadPolicyStatus = z.object({
  observedGeneration: count().optional().describe('The generation of the spec that this status was made from.'),
  conditions: Conditions.optional().describe('Ready, Reconciling and Stalled, as kubectl wait, Argo CD, Flux and Helm read them.'),
  phase: z
    .enum(['Healthy', 'Progressing', 'Paused', 'Degraded'])
    .optional()
    .describe(
      'Healthy: on stable, nothing to do. Progressing: a rollout is under way. Paused: held, by a person, a freeze, a window, or a mistake that a person has to mend. Degraded: a rollout failed.',
    ),
  because: because(BECAUSE_MAX).optional().describe('Why this phase, such as "wave 1 of 3 bakes".'),
  wakeAt: time().optional().describe('When the operator looks again if nothing happens first.'),
  stableRevision: revisionName('stableRevision').optional().describe('The last revision that passed its last gate.'),
  stableSince: time()
    .optional()
    .describe('When it did. Members that run something older catch up with it; what is younger than it goes back to it.'),
  candidateRevision: revisionName('candidateRevision').optional().describe('The revision that is rolling out. Absent between rollouts.'),
  rollout: rolloutNumber({ atLeast: 0 })
    .optional()
    .describe('Rollouts so far; the last one is the Reload <policy>-<rollout>. Recorded before that Reload is made.'),
  outcome: Outcome.optional().describe('How the last rollout ended. Absent while it runs, and while its members return to stable.'),
  wave: z
    .int()
    .min(1)
    .optional()
    .describe('The wave of the rollout that is open, or was open last; the first one is 1. Absent while none was.'),
  why: because(BECAUSE_MAX).optional().describe('Why the rollout was begun, and by whom, such as "the sources changed".'),
  startedAt: time().optional().describe('When the rollout began.'),
  progressedAt: time().optional().describe('The last step forward, or the end of the last hold: from then on spec.deadline counts.'),
  bakeStartedAt: time().optional().describe("When the open wave's last member had applied and was Ready."),
  waves: WaveRecords.optional().describe('The waves that the rollout has opened, first to last.'),
  failed: because(BECAUSE_MAX).optional().describe('Why a gate failed, where onFailure: Pause leaves it to a person what to do.'),
  forgiven: count().optional().describe('Failures of members that a person passed over by promote.'),
  heard: HeardVerbs.optional().describe("What became of abort, pause, promote and approve on the rollout's Reload."),
  undone: revisionName('undone')
    .optional()
    .describe('What the sources said when a person went to another revision: passed over until they say something else.'),
  request: z
    .string()
    .max(253)
    .optional()
    .describe('The Reload whose wish, or retry, was taken up last: its name, and the beginning of its uid.'),
  gates: z
    .array(Gate)
    .max(GATES_MAX)
    .optional()
    .describe(
      'How the measured gates stand in this bake. As many of them as fit into a status of 16 KiB. Written only along with a transition.',
    ),
  revisions: z.array(Revision).max(4).optional().describe('What the stable and the candidate revision are made of.'),
  quarantined: z
    .array(Quarantined)
    .max(QUARANTINED_MAX)
    .optional()
    .describe('Revisions that failed a gate: never assigned again while their content stays the same.'),
  members: Members.optional().describe('Counts of members, written only along with a transition.'),
  observedSources: z
    .array(ObservedSource)
    .max(16)
    .optional()
    .describe('What was read last of each source, in the order of spec.sources. None where even so the status would grow beyond 16 KiB.'),
  offenders: z
    .array(Offender)
    .max(OFFENDERS_MAX)
    .optional()
    .describe('Members that refused or failed: 20 of them, and fewer where the status would grow beyond 16 KiB.'),
  epoch: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .optional()
    .describe("The Lease's transitions when this was written: an older leader never overwrites a newer one."),
});
