import type { Progress, Revision, Situation } from './situation.ts';
import { approvalNeeded, openWave } from './open.ts';
import { waitingFor } from './words.ts';

/** A rollout of the candidate, from the stable that there is. Its first wave opens with it, unless a person has to approve that. */
export function begin(situation: Situation, progress: Progress, candidate: Revision, why: string): Progress {
  const { now, lastReload = 0, policy } = situation;
  const begun: Progress = {
    ...progress,
    // A policy that is made again goes on counting: else a Reload would have to be made under a name that is taken, and members would
    // refuse an attempt as one that they made before.
    rollout: Math.max(progress.rollout, lastReload) + 1,
    candidate,
    wave: 0,
    startedAt: now,
    bakeStartedAt: null,
    waves: [],
    outcome: null,
    why,
    progressedAt: null,
    failed: null,
    forgiven: 0,
    heard: [],
    undone: null,
    request: null,
    phase: 'Progressing',
    because: waitingFor(candidate, 0, policy),
  };
  const approval = approvalNeeded(situation, begun);
  return approval === null ? openWave(situation, begun) : { ...begun, phase: 'Paused', because: approval };
}
