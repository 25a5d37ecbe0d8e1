import { isDeepStrictEqual } from 'node:util';
import type { Reload } from '../../../crds/reload.ts';
import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

type Heard = NonNullable<ReloadPolicyStatus['heard']>[number];

/** A verb that is heard was said; one that is refused has no effect, and one that is taken up has its own. */
export function verbsAreHeardOnce({ check }: Judge): Partial<Hooks> {
  /** All that persons ever said: `web-3 pause lunch`. */
  const said = new Set<string>();
  const words = (reload: string, verb: string, wave: number | undefined, reason: string | undefined) =>
    `${reload} ${verb} ${wave} ${reason}`;
  return {
    said: ({ metadata, spec: { abort, pause, promote, approve } }: Reload) => {
      for (const [verb, it] of Object.entries({ abort, pause, promote, approve }))
        if (it !== undefined) said.add(words(metadata.name, verb, 'wave' in it ? it.wave : undefined, it.reason));
    },
    recorded: (_, { status: before = {} }, { status: after = {} }) => {
      if (after.rollout !== before.rollout) return;
      const news = (after.heard ?? []).filter((it) => !(before.heard ?? []).some((last) => isDeepStrictEqual(it, last)));
      check('a pass hears at most one verb', news.length <= 1, () => JSON.stringify(news));
      for (const it of news) hears(it, before, after);
    },
  };

  function hears({ verb, wave, reason, refused }: Heard, before: ReloadPolicyStatus, after: ReloadPolicyStatus): void {
    check('what is heard was said', said.has(words(`web-${after.rollout}`, verb, wave, reason)), () => `${verb} ${wave} ${reason}`);
    const changed = changesOf(before, after);
    if (refused !== undefined)
      return check('a verb that is refused has no effect', changed.length === 0, () => `${verb}: ${changed.join(', ')}`);
    switch (verb) {
      case 'abort':
        return check(
          'an abort ends the rollout',
          before.candidateRevision !== undefined && after.candidateRevision === undefined,
          () => `${after.candidateRevision}`,
        );
      case 'pause':
      case 'approve':
        return check(`${verb} changes nothing else at once`, changed.length === 0, () => changed.join(', '));
      case 'promote':
        return check(
          'promote forgives, and opens nothing at once',
          changed.every((it) => ['failed', 'forgiven', 'progressedAt'].includes(it)),
          () => changed.join(', '),
        );
    }
  }
}

const EFFECTS = [
  'rollout',
  'candidateRevision',
  'stableRevision',
  'wave',
  'outcome',
  'failed',
  'forgiven',
  'progressedAt',
  'undone',
  'request',
] as const;

function changesOf(before: ReloadPolicyStatus, after: ReloadPolicyStatus): readonly string[] {
  const changed: string[] = EFFECTS.filter((field) => before[field] !== after[field]);
  const quarantined = ({ quarantined: list = [] }: ReloadPolicyStatus) => list.map(({ revision }) => revision).join();
  return quarantined(before) === quarantined(after) ? changed : [...changed, 'quarantined'];
}
