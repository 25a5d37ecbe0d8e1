import { liveMembers } from './fleet.ts';
import type { Assignment, Measure, Member, Progress, Situation } from './situation.ts';
import { reachedMembers } from './waves.ts';

/** So many members speak for a wave that is larger. */
export const SAMPLE = 256;

/** What to measure now: the open wave, from the start of its bake on, for as long as it is open. */
export function measureOf(situation: Situation, progress: Progress, assignments: readonly Assignment[]): Measure | null {
  const { rollout, wave, candidate, bakeStartedAt: since } = progress;
  if (candidate === null || since === null || situation.policy.gates.length === 0) return null;
  const canary = canaryOf(situation, progress).map(({ uid }) => uid);
  // Who is asked by this very pass runs stable for a moment only.
  const asked = new Set(assignments.flatMap(({ uid, revision }) => (revision === candidate ? [uid] : [])));
  const control = controlOf(situation, progress).flatMap(({ uid }) => (asked.has(uid) ? [] : [uid]));
  return { rollout, wave, since, candidate, canary, control };
}

/** Members of the open wave that run the candidate, in the order of the rollout. */
export function canaryOf(situation: Situation, progress: Progress): readonly Member[] {
  const { candidate } = progress;
  return candidate === null ? [] : reachedMembers(situation, progress, candidate).filter(({ running }) => running?.revision === candidate);
}

/** Members that run stable. */
export function controlOf({ fleet }: Situation, { stable }: Progress): readonly Member[] {
  return stable === null ? [] : liveMembers(fleet).filter(({ running, asked }) => running?.revision === stable && asked === null);
}
