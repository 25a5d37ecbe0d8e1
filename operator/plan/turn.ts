import { liveMembers, unreportedMembers } from './fleet.ts';
import { waitingFor } from './gate.ts';
import { nextWave } from './waves.ts';
import type { Progress, Revision, Situation } from './situation.ts';

/** A policy that was never planned. */
export const beginning: Progress = {
  rollout: 0,
  stable: null,
  candidate: null,
  wave: 0,
  startedAt: null,
  bakeStartedAt: null,
  waves: [],
  quarantined: [],
  why: '',
  progressedAt: null,
  failed: null,
  forgiven: 0,
  heard: [],
  undone: null,
  request: null,
  outcome: null,
  phase: 'Progressing',
  because: 'waiting for the sources',
};

/** A failed rollout whose members are still on their way back to stable. */
export function isReturning({ candidate, stable, rollout, outcome }: Progress): boolean {
  return candidate === null && stable !== null && rollout > 0 && outcome === null;
}

/**
 * What the sources' present content means for the rollout: the same progress where nothing turns, another where a rollout
 * begins, is superseded, or is called back.
 */
export function turn(situation: Situation, progress: Progress): Progress {
  const { source, policy } = situation;
  // A read error is never a change, and what is gone or unusable is never pushed.
  if (source.kind !== 'present') return progress;
  const { revision } = source;
  const { candidate, stable } = progress;
  if (isReturning(progress)) return progress;
  if (revision === candidate)
    return stable === null && liveMembers(situation.fleet).length === 0 ? adoptUnproved(progress, revision) : progress;

  if (candidate === null) {
    if (revision === stable) return progress;
    const adopted = stable === null ? adopt(situation, progress, revision) : null;
    if (adopted !== null) return adopted;
    if (isQuarantined(progress, revision) || policy.paused || (stable === null && unreportedMembers(situation).length > 0)) return progress;
    return start(situation, progress, revision);
  }
  if (revision === stable) return callBack(progress, `the sources went back to ${revision}, which is stable`);
  if (isQuarantined(progress, revision)) return callBack(progress, `the sources went on to ${revision}, which failed before`);
  if (policy.paused) return progress;
  return start(situation, progress, revision);
}

export function isQuarantined({ quarantined }: Progress, revision: Revision): boolean {
  return quarantined.some((it) => it.revision === revision);
}

function start(situation: Situation, progress: Progress, candidate: Revision): Progress {
  const { now, lastReload = 0 } = situation;
  return {
    ...progress,
    // A policy that is made again goes on counting: else a Reload would have to be made under a name that is taken, and members would
    // refuse an attempt as one that they made before.
    rollout: Math.max(progress.rollout, lastReload) + 1,
    candidate,
    wave: 0,
    startedAt: now,
    bakeStartedAt: null,
    waves: [nextWave(situation, null)],
    outcome: null,
    phase: 'Progressing',
    because: waitingFor(candidate, 0),
  };
}

/** Those who were asked return to stable, and nobody else hears of it. Without a stable there is nothing to return to: they stay. */
function callBack(progress: Progress, because: string): Progress {
  return { ...progress, candidate: null, bakeStartedAt: null, outcome: progress.stable === null ? 'Aborted' : null, because };
}

/**
 * A policy without a stable takes the sources' content for it at once when no member has other files: members that have these are
 * signalled by nobody, and those without files boot on them. So a policy that is re-created, or installed over a running fleet, is quiet.
 */
function adopt(situation: Situation, progress: Progress, revision: Revision): Progress | null {
  if (unreportedMembers(situation).length > 0 || isQuarantined(progress, revision)) return null;
  const files = liveMembers(situation.fleet).map(({ running }) => running?.revision ?? null);
  if (files.some((it) => it !== null && it !== revision)) return null;
  return { ...progress, stable: revision, phase: 'Healthy', because: `adopted ${revision}: no member has other files` };
}

/** The first rollout has lost its last member with other files. Pods without files are held until there is a stable, so waiting for members would never end. */
function adoptUnproved(progress: Progress, revision: Revision): Progress {
  const because = `adopted ${revision}: no member with other files is left`;
  return { ...progress, stable: revision, candidate: null, bakeStartedAt: null, outcome: 'Aborted', phase: 'Healthy', because };
}
