import type { Reload, ReloadStatus } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Request, Revision } from '../plan/situation.ts';
import { keptRevisions } from './kept.ts';
import { reloadsOf, rolloutOf } from './numbers.ts';
import { saidOf } from './said.ts';

/** A reason has room for so many names of revisions. */
const NAMED = 5;
/** So much of a name and of a uid, that the longest reason beside them still fits into status. */
const NAME_MAX = 60;
const UID_MAX = 8;

/** Wishes for a revision of the policy that have no answer yet, oldest first. `statusOf` is what is known of a Reload's status. */
export function requestsOf(
  policy: ReloadPolicy,
  reloads: readonly Reload[],
  statusOf: (reload: Reload) => ReloadStatus,
): readonly Request[] {
  const open = reloadsOf(policy, reloads).filter((reload) => !isAnswered(reload, statusOf(reload)));
  if (open.length === 0) return [];
  const kept = keptRevisions(policy, reloads);
  return open.toSorted(byAge).map((reload) => requestOf(reload, [...kept.keys()]));
}

/** It asks for nothing, or was answered. A retry that says another reason is another wish. */
function isAnswered(reload: Reload, { answer, outcome }: ReloadStatus): boolean {
  const { metadata, spec } = reload;
  if (metadata.deletionTimestamp !== undefined) return true;
  if (rolloutOf(reload) === null) return answer !== undefined || outcome !== undefined;
  if (spec.retry === undefined) return true;
  return answer !== undefined && (answer.reason ?? null) === saidOf(reload, 'retry', spec.retry).reason;
}

/**
 * What the planner knows a wish by, and status remembers: its Reload's name and the beginning of its uid, since one that is made again under that
 * name is another wish; of a retry with its reason, since there may be another one on the same Reload.
 * `web-undo-x7k2p (5c1b2c3d)`, `web-7 (0d9a8b7c): the disk is larger now`.
 */
export function wishOn(reload: Reload): string {
  const { metadata, spec } = reload;
  const name = `${metadata.name.slice(0, NAME_MAX)} (${metadata.uid.slice(0, UID_MAX)})`;
  return spec.retry === undefined ? name : `${name}: ${saidOf(reload, 'retry', spec.retry).reason ?? ''}`;
}

/** The same for people: `Reload web-undo-x7k2p`; `the retry on Reload web-7 (the disk is larger now)`. */
export function sayWish(wish: string): string {
  const [, name = wish, reason] = /^(\S+) \(\S+\)(?:: (.*))?$/s.exec(wish) ?? [];
  return reason === undefined ? `Reload ${name}` : `the retry on Reload ${name}${reason === '' ? '' : ` (${reason})`}`;
}

function requestOf(reload: Reload, kept: readonly Revision[]): Request {
  const { spec } = reload;
  const { revision } = spec;
  const rollout = rolloutOf(reload);
  if (rollout !== null && spec.retry) {
    const { by, reason } = saidOf(reload, 'retry', spec.retry);
    return { reload: wishOn(reload), kind: 'retry', revision, rollout, by, reason: reason ?? '', missing: null };
  }
  const { by, reason } = saidOf(reload, 'revision', { by: spec.by, reason: spec.because });
  const missing = kept.includes(revision) ? null : notKept(revision, kept);
  return { reload: wishOn(reload), kind: 'goTo', revision, rollout: null, by, reason: reason ?? '', missing };
}

function notKept(revision: Revision, kept: readonly Revision[]): string {
  const more = kept.length > NAMED ? `, and ${kept.length - NAMED} more` : '';
  return `revision ${revision} is not kept: ${kept.length === 0 ? 'none is' : `kept are ${kept.slice(0, NAMED).join(', ')}${more}`}`;
}

function byAge({ metadata: a }: Reload, { metadata: b }: Reload): number {
  const [bornA, bornB] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  return bornA === bornB ? (a.name < b.name ? -1 : 1) : bornA < bornB ? -1 : 1;
}
