import { advance } from './advance.ts';
import { assign } from './assign.ts';
import { patience } from './fleet.ts';
import { isNews } from './news.ts';
import type { Assignment, Millis, Plan, Situation } from './situation.ts';

const READ_AGAIN_MS: Millis = 5_000;

/**
 * Decides what every pod should run, and when to look again. Pure: the same situation always gives the same plan.
 * A pass opens at most one wave.
 */
export function plan(situation: Situation): Plan {
  const { progress, wakeAt } = advance(situation);
  const assignments = assign(situation, progress);
  return { progress, assignments, wakeAt: earliest([wakeAt, silenceOf(situation, assignments), readAgainAt(situation)]) };
}

/** The watch told of an edit once, and does not do so again because reading it failed. */
function readAgainAt({ source, now }: Situation): Millis | null {
  return source.kind === 'unknown' ? now + READ_AGAIN_MS : null;
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

function earliest(times: readonly (Millis | null)[]): Millis | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}
