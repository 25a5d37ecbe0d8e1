import { earliest } from './earliest.ts';
import { advance } from './advance.ts';
import { assign } from './assign.ts';
import { nextTryAt } from './attempt.ts';
import { patience } from './fleet.ts';
import { judgeGates } from './gates.ts';
import { canaryOf, measureOf } from './measuring.ts';
import { isNews } from './news.ts';
import type { Assignment, Millis, Plan, Progress, Situation } from './situation.ts';
import { orderedOnce } from './waves.ts';

const READ_AGAIN_MS: Millis = 5_000;
/** A quota may be raised, or an object restored, with no word to us. */
const LOOK_AGAIN_MS: Millis = 30_000;

/**
 * Decides what every pod should run, and when to look again. Pure: the same situation always gives the same plan.
 * A pass opens at most one wave.
 */
export function plan(given: Situation): Plan {
  const situation = orderedOnce(given);
  const { progress, wakeAt, answer } = advance(situation);
  const assignments = assign(situation, progress);
  return {
    progress,
    assignments,
    answer,
    measure: measureOf(situation, progress, assignments),
    gates: progress.bakeStartedAt === null ? [] : judgeGates(situation, progress, canaryOf(situation, progress)),
    wakeAt: earliest([
      wakeAt,
      silenceOf(situation, assignments),
      nextTry(situation, progress),
      readAgainAt(situation),
      windowOf(situation, progress),
    ]),
  };
}

/** A rollout that is under way says so when its window closes. */
function windowOf({ window }: Situation, { candidate }: Progress): Millis | null {
  return candidate === null ? null : window.changesAt;
}

/** The watch told of an edit once, and does not do so again because reading it failed. */
function readAgainAt({ source, now }: Situation): Millis | null {
  switch (source.kind) {
    case 'present':
      return null;
    case 'unknown':
      return now + READ_AGAIN_MS;
    case 'held':
      return now + LOOK_AGAIN_MS;
  }
}

/** Who refused on the way back is asked again after a while. */
function nextTry({ fleet, now }: Situation, progress: Progress): Millis | null {
  return earliest(
    fleet
      .flatMap((member) => (member.refused?.revision === progress.stable ? [nextTryAt(progress, member)] : []))
      .filter((time) => time > now),
  );
}

/** Who is asked, now or since an earlier pass, may stay silent: that is found out even if nothing else happens. */
function silenceOf({ fleet, policy, now }: Situation, assignments: readonly Assignment[]): Millis | null {
  const said = new Map(assignments.map((assignment) => [assignment.uid, assignment]));
  const times = fleet.flatMap((member) => {
    const assignment = said.get(member.uid);
    if (assignment !== undefined && member.link.kind === 'connected' && isNews(member, assignment)) return [now + patience(policy)];
    return member.asked === null ? [] : [member.asked.at + patience(policy)];
  });
  return earliest(times.filter((time) => time > now));
}
