import { countsOf } from '../members.ts';
import type { GateVerdict, Millis, Outcome, Plan, Progress, Revision, Situation } from '../plan/situation.ts';
import { lastStepOf } from './last-step.ts';
import { skewOf } from './skew.ts';

/** What metrics say of one policy after a pass. */
export type Standing = {
  readonly stable: Revision | null;
  readonly phase: Progress['phase'];
  readonly outcome: Outcome | null;
  readonly revisionsLive: number;
  readonly skewedSince: Millis | null;
  readonly lastStepAt: Millis | null;
  readonly members: ReturnType<typeof countsOf>;
  readonly gates: readonly GateVerdict[];
};

export function standingOf(situation: Situation, { progress, assignments, gates }: Plan): Standing {
  const { fleet } = situation;
  const { live, since } = skewOf(fleet);
  const { stable, phase, outcome } = progress;
  return {
    stable,
    phase,
    outcome,
    revisionsLive: live,
    skewedSince: since,
    lastStepAt: lastStepOf(situation, progress),
    members: countsOf({ fleet, assignments, progress }),
    gates,
  };
}
