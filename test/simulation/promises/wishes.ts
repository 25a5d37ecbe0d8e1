import { wishOn } from '../../../operator/reloads/requests.ts';
import { policyIn, sourceText } from '../api.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** A wish, or a retry, begins at most one rollout, and is answered in the end. */
export function wishesAreAnswered({ world: worldOf, check }: Judge): Partial<Hooks> {
  /** By what status calls them. */
  const said = new Set<string>();
  const begun = new Set<string>();
  return {
    said: (reload) => void said.add(wishOn(reload)),
    recorded: (_, { status: before = {} }, { status: after = {} }) => {
      if (after.request === undefined || after.rollout === before.rollout) return;
      check('a wish begins at most one rollout', !begun.has(after.request), () => `${after.request} begins another one`);
      check('what begins a rollout was said', said.has(after.request), () => `${after.request} was not`);
      begun.add(after.request);
    },
    answered: (_, { metadata, spec, status: before }, { status: after }) => {
      if (before?.answer === undefined || spec.rollout !== undefined) return;
      // A leader that has not heard of the answer may refuse it once more, with what it knows.
      const isSame =
        (before.answer.refused === undefined) === (after?.answer?.refused === undefined) &&
        before.answer.rollout === after?.answer?.rollout;
      check(
        'a wish has one answer',
        isSame,
        () => `${metadata.name}: ${JSON.stringify(before.answer)}, then ${JSON.stringify(after?.answer)}`,
      );
    },
    atRest: () => {
      const { api } = worldOf();
      const policy = policyIn(api);
      if (policy?.status?.rollout === undefined || sourceText(api) === null) return;
      // First its members come back, where nothing holds that.
      const { candidateRevision, outcome, rollout } = policy.status;
      if (candidateRevision === undefined && outcome === undefined && rollout > 0) return;
      for (const { metadata, spec, status } of api.tables.reloads.values()) {
        const isWish = spec.rollout === undefined;
        if (spec.policy !== policy.metadata.name || !(isWish || spec.retry)) continue;
        const isAnswered = status?.answer !== undefined && (isWish || status.answer.reason === spec.retry?.reason);
        check('every wish is answered in the end', isAnswered, () => `${metadata.name} is not`);
      }
    },
  };
}
