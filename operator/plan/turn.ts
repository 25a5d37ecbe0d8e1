import { begin } from './begin.ts';
import { SOURCES_CHANGED } from './words.ts';
import { liveMembers, unreportedMembers } from './fleet.ts';
import { waitOf } from './hold.ts';
import { isQuarantined, quarantined } from './quarantine.ts';
import { isReturning } from './returning.ts';
import type { Progress, Revision, Situation } from './situation.ts';

/** A policy that was never planned. */
export const beginning: Progress = {
  rollout: 0,
  stable: null,
  stableSince: null,
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

/**
 * What the sources' present content means for the rollout: the same progress where nothing turns, another where a rollout
 * begins, is superseded, or is called back.
 */
export function turn(situation: Situation, progress: Progress): Progress {
  const { source } = situation;
  // A read error is never a change, and what is gone or unusable is never pushed.
  if (source.kind !== 'present' || isReturning(progress)) return progress;
  const { revision } = source;
  const { candidate, stable, undone, failed } = progress;
  if (candidate === null) return revision === stable ? progress : turnFromRest(situation, progress, revision);
  if (revision === candidate)
    return stable === null && liveMembers(situation.fleet).length === 0 ? adoptUnproved(situation, progress, revision) : progress;
  if (revision === undone) return progress;
  // What failed, and waited for a person, is not to be tried again as soon as the sources say it again.
  const given = failed === null ? progress : quarantined(progress, candidate, failed, situation.now);
  if (revision === stable) return callBack(given, `the sources went back to ${revision}, which is stable`);
  if (isQuarantined(progress, revision)) return callBack(given, `the sources went on to ${revision}, which failed before`);
  // One that failed has nothing to finish.
  if (situation.policy.onNewRevision === 'Finish' && progress.failed === null) return progress;
  return waitOf(situation, progress) === null ? begin(situation, given, revision, SOURCES_CHANGED) : progress;
}

function turnFromRest(situation: Situation, progress: Progress, revision: Revision): Progress {
  if (progress.stable !== null) return beginIfMay(situation, progress, revision);
  if (unreportedMembers(situation).length > 0) return progress;
  const files = liveMembers(situation.fleet).map(({ running }) => running?.revision ?? null);
  const isElsewhere = files.some((it) => it !== null && it !== revision);
  if (!isElsewhere && !isQuarantined(progress, revision)) return adopt(situation, progress, revision);
  const { bootable } = situation;
  if (!isElsewhere || bootable === null) return beginIfMay(situation, progress, revision);
  // What pods boot on was stable when the policy was deleted, or its status lost: there is something to return to.
  const because = `took up ${bootable} again, which pods boot on: it was stable before`;
  // Who runs something else may have had it before or since: nobody knows, and so it is not called back.
  const again: Progress = { ...progress, stable: bootable, stableSince: situation.now, because };
  return revision === bootable ? again : beginIfMay(situation, again, revision);
}

function beginIfMay(situation: Situation, progress: Progress, revision: Revision): Progress {
  if (isQuarantined(progress, revision) || waitOf(situation, progress) !== null) return progress;
  return begin(situation, progress, revision, SOURCES_CHANGED);
}

/** Those who were asked return to stable, and nobody else hears of it. Without a stable there is nothing to return to: they stay. */
function callBack(progress: Progress, because: string): Progress {
  const outcome = progress.stable === null ? 'Aborted' : null;
  return { ...progress, candidate: null, bakeStartedAt: null, failed: null, undone: null, outcome, phase: 'Progressing', because };
}

/**
 * A policy without a stable takes the sources' content for it at once when no member has other files: members that have these are
 * signalled by nobody, and those without files boot on them. So a policy that is re-created, or installed over a running fleet, is quiet.
 */
function adopt({ now }: Situation, progress: Progress, revision: Revision): Progress {
  return { ...progress, stable: revision, stableSince: now, phase: 'Healthy', because: `adopted ${revision}: no member has other files` };
}

/** The first rollout has lost its last member with other files. Pods without files are held until there is a stable, so waiting for members would never end. */
function adoptUnproved({ now }: Situation, progress: Progress, revision: Revision): Progress {
  const because = `adopted ${revision}: no member with other files is left`;
  return {
    ...progress,
    stable: revision,
    stableSince: now,
    candidate: null,
    bakeStartedAt: null,
    outcome: 'Aborted',
    phase: 'Healthy',
    because,
  };
}
