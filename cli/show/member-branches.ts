import type { ReloadPolicyStatus } from '../../crds/reload-policy-status.ts';
import type { Member } from '../members.ts';
import type { Words } from '../words.ts';
import type { Branch, Piece } from './tree.ts';

/** Nobody reads a thousand lines: those in trouble come first, and the rest is counted. */
const SHOWN = 20;

type Standing = { readonly mark: Piece; readonly state: string; readonly because?: string | undefined };

export function memberBranches(members: readonly Member[], status: ReloadPolicyStatus): readonly Branch[] {
  const shown = members.map((member) => ({ member, ...standingOf(member, status) }));
  const width = Math.max(0, ...members.map(({ name }) => name.length));
  const ordered = [...shown.filter(({ because }) => because), ...shown.filter(({ because }) => !because)];
  const branches = ordered.slice(0, SHOWN).map(({ member: { name, words }, mark, state, because }): Branch => {
    const revision = words !== null && typeof words !== 'string' ? (words.running?.revision ?? '') : '';
    return { line: [mark, ` ${name.padEnd(width)}  ${revision ? `${revision}  ` : ''}${state}`], because };
  });
  return members.length > SHOWN ? [...branches, { line: [['dim', `and ${members.length - SHOWN} more`]] }] : branches;
}

function standingOf(member: Member, status: ReloadPolicyStatus): Standing {
  const { name, managed, ready, words } = member;
  const unready = ready ? '' : ', not Ready';
  if (!managed) return { mark: ['yellow', '!'], state: `has no sidecar${unready}` };
  const offence = status.offenders?.find((it) => it.member === name)?.because;
  if (words === null || typeof words === 'string')
    return {
      mark: offence ? ['red', '✗'] : ['dim', '?'],
      state: `${offence ? 'refused' : 'not known'}${unready}`,
      because: offence ?? words ?? undefined,
    };
  const because = refusalIn(words, status) ?? offence;
  if (because) return { mark: ['red', '✗'], state: `refused${unready}`, because };
  if (words.trouble) return { mark: ['yellow', '!'], state: `in trouble${unready}`, because: words.trouble };
  if (!words.answered) return { mark: ['cyan', '●'], state: `is asked for ${words.asked?.revision ?? ''}${unready}` };
  return { mark: ready ? ['green', '✓'] : ['yellow', '!'], state: `${words.running?.proof ?? 'has said nothing yet'}${unready}` };
}

/** Of the present rollout, or of the last one where that failed; in the operator's words. */
function refusalIn({ refused, running }: Words, { rollout = 0, outcome }: ReloadPolicyStatus): string | null {
  if (refused === null || !refused.attempt.startsWith(`${rollout}.`) || running?.revision === refused.revision) return null;
  return outcome === 'Succeeded' || outcome === 'Superseded' ? null : `refused ${refused.revision}: ${refused.because}`;
}
