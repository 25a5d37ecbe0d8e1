import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Member } from '../members.ts';
import { span } from './age.ts';
import { bar } from './bar.ts';
import { memberBranches } from './member-branches.ts';
import { type Colour, oneLine } from './paint.ts';
import type { Branch, Piece } from './tree.ts';
import { why } from './why.ts';

/** `reload`: the record of the present rollout, or of the last one; null where it is gone. `members`: a sentence where we may not read pods. */
export type Seen = { readonly policy: ReloadPolicy; readonly reload: Reload | null; readonly members: readonly Member[] | string };

type Status = NonNullable<ReloadPolicy['status']>;

const PHASES: Readonly<Record<NonNullable<Status['phase']>, Colour>> = {
  Healthy: 'green',
  Progressing: 'cyan',
  Paused: 'yellow',
  Degraded: 'red',
};

/** The policy, its rollout, the waves of it, and the members in each. */
export function standing({ policy, reload, members: found }: Seen): Branch {
  const members = typeof found === 'string' ? [] : found;
  const { metadata, status = {} } = policy;
  const { phase, because, stableRevision, candidateRevision } = status;
  const rollout = rolloutOf(policy, reload, members);
  return {
    line: [['bold', metadata.name], '  ', phase ? [PHASES[phase], phase] : 'no operator has looked yet'],
    because,
    branches: [
      ...(stableRevision ? [{ line: [`stable     ${stableRevision}`] }] : []),
      ...(candidateRevision ? [{ line: [`candidate  ${candidateRevision}`] }] : []),
      ...(rollout ? [rollout] : []),
      ...(typeof found === 'string'
        ? [{ line: ['members are not known'], because: found }]
        : candidateRevision
          ? []
          : membersAlone(members, status)),
    ],
  };
}

/** Under way, or the last one: that one has no members of its own any more. */
function rolloutOf({ metadata, spec, status = {} }: ReloadPolicy, reload: Reload | null, members: readonly Member[]): Branch | null {
  const { rollout = 0, outcome, candidateRevision, waves = [] } = status;
  if (rollout === 0) return null;
  const begun = why(status.why ?? '', reload?.spec.changedBy);
  const name = `${metadata.name}-${rollout}  `;
  if (!candidateRevision) return { line: [name, ...endOf(outcome)], because: reload?.status?.because ?? begun };
  const places = placesOf(members, { rollout, candidate: candidateRevision, waves });
  const opened = waves.map((wave, i): Branch => {
    const isOpen = i === waves.length - 1;
    const here = members.filter(({ name }) => places.get(name) === i);
    return { line: waveLine(i + 1, wave, isOpen), branches: memberBranches(here, status) };
  });
  const next = spec.waves.slice(waves.length).map(
    ({ upTo, approval }, i): Branch => ({
      line: [['dim', `○ wave ${waves.length + i + 1}  up to ${upTo}`], ...(approval ? [', needs approval'] : [])],
    }),
  );
  const rest = members.filter(({ name }) => !places.has(name));
  return {
    line: [name, ...bar(...reachedBy(candidateRevision, members, status)), ' on the candidate'],
    because: begun,
    branches: [...opened, ...next, ...(rest.length > 0 ? [{ line: ['not asked'], branches: memberBranches(rest, status) }] : [])],
  };
}

/** How many of how many, by what they say themselves; where some are not asked, by the last step of the rollout. */
function reachedBy(candidate: string, members: readonly Member[], { members: counted }: Status): readonly [number, number] {
  const managed = members.filter((member) => member.managed);
  const running = managed.map(({ words }) => (words !== null && typeof words !== 'string' ? (words.running?.revision ?? '') : null));
  return running.length === 0 || running.includes(null)
    ? [counted?.applied ?? 0, counted?.managed ?? 0]
    : [running.filter((revision) => revision === candidate).length, running.length];
}

function endOf(outcome: Status['outcome']): readonly Piece[] {
  if (outcome === undefined) return [['yellow', 'its members go back to stable']];
  return [[outcome === 'Succeeded' ? 'green' : outcome === 'Superseded' ? 'dim' : 'red', outcome]];
}

type Wave = NonNullable<Status['waves']>[number];

function waveLine(number: number, { upTo, members, openedAt, passedAt, approvedBy }: Wave, isOpen: boolean): readonly Piece[] {
  const state = passedAt ? `passed after ${span(Date.parse(passedAt) - Date.parse(openedAt))}` : isOpen ? 'open' : 'promoted';
  const approved = approvedBy ? `, approved by ${oneLine(approvedBy)}` : '';
  return [passedAt ? ['green', '✓'] : ['cyan', '●'], ` wave ${number}  up to ${upTo}  ${members} in all, ${state}${approved}`];
}

type UnderWay = { readonly rollout: number; readonly candidate: string; readonly waves: readonly Wave[] };

/** By member: the wave that was open when it was asked. Whoever was not asked in this rollout has none. */
function placesOf(members: readonly Member[], { rollout, candidate, waves }: UnderWay): ReadonlyMap<string, number> {
  return new Map(
    members.flatMap(({ name, words }) => {
      if (words === null || typeof words === 'string' || !words.asked?.attempt.startsWith(`${rollout}.`)) return [];
      const { at, revision } = words.asked;
      // Who is born meanwhile is told by the same attempt to run stable.
      if (revision !== candidate) return [];
      // The clock of a node may be behind the operator's.
      return [
        [
          name,
          Math.max(
            0,
            waves.findLastIndex(({ openedAt }) => Date.parse(openedAt) <= at),
          ),
        ] as const,
      ];
    }),
  );
}

function membersAlone(members: readonly Member[], status: Status): readonly Branch[] {
  return members.length === 0
    ? [{ line: [['yellow', 'no pod is selected']] }]
    : [{ line: [`${members.length} ${members.length === 1 ? 'member' : 'members'}`], branches: memberBranches(members, status) }];
}
