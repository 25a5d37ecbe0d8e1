import { millis } from '../../../crds/duration.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

const MAX_STATUS_BYTES = 16 * 1024;

/** Of rollouts in order, what becomes stable, when one may begin, and the size of a status. */
export function rolloutsAreCounted({ check, note, textOf, contentOf, world }: Judge): Partial<Hooks> {
  return {
    recorded: ({ observed }, { status: before = {}, spec }, { status: after }) => {
      if (after === undefined) return;
      const alive = `stable ${textOf(contentOf(after.stableRevision))}, candidate ${textOf(contentOf(after.candidateRevision))}`;
      note(
        `recorded: ${alive}, rollout ${after.rollout}, wave ${after.wave}, ${after.outcome ?? 'no outcome'}; ${after.phase}: ${after.because}`,
      );
      const bytes = Buffer.byteLength(JSON.stringify(after));
      check('status stays under 16 KiB', bytes < MAX_STATUS_BYTES, () => `${bytes} bytes`);

      const rollout = before.rollout ?? 0;
      const isBegun = after.rollout !== before.rollout && after.candidateRevision !== undefined;
      check('rollouts are not skipped', after.rollout === rollout || isBegun, () => `${rollout} to ${after.rollout}`);
      // One of a policy that was made again goes on from the Reloads that are there.
      check(
        'rollouts are not skipped',
        !isBegun ||
          after.rollout === rollout + 1 ||
          world().api.tables.reloads.has(`web-${(after.rollout ?? 0) - 1}`) ||
          observed.reloads.has(`web-${(after.rollout ?? 0) - 1}`),
        () => `${rollout} to ${after.rollout}`,
      );
      if (isBegun) {
        check(
          'a paused policy starts nothing',
          !spec.paused || observed.policy?.spec.paused === false,
          () => `${after.candidateRevision} is a candidate`,
        );
        const sinceMs = Date.parse(after.startedAt ?? '') - Date.parse(before.startedAt ?? '');
        const isSoon = before.startedAt !== undefined && sinceMs < millis(observed.policy?.spec.trigger.minInterval ?? '0s');
        check('rollouts begin minInterval apart, but for a person', !isSoon || after.request !== undefined, () => `after ${sinceMs} ms`);
        return;
      }
      if (after.stableRevision === before.stableRevision || before.stableRevision === undefined) return;
      const isSuccess = after.outcome === 'Succeeded' && before.outcome !== 'Succeeded';
      check(
        'stable is what passed its last gate',
        isSuccess && after.stableRevision === before.candidateRevision,
        () => `${after.stableRevision}`,
      );
    },
  };
}
