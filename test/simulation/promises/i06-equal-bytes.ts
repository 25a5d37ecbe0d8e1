import { isToldForward } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I6: equal bytes cause no signal: annotation edits, re-syncs, delete and re-create with the same content. */
export function equalBytes({ check, textOf }: Judge): Partial<Hooks> {
  /** What each app was proved to run, and has been told nothing since. */
  const proved = new Map<string, string>();
  return {
    acked: ({ uid }, { outcome, content }) => {
      if (outcome.kind === 'applied') proved.set(uid, content);
    },
    told: (pod, _, inPlace) => {
      const journal = pod.sidecar?.driver.member().journal;
      const isSame = isToldForward(pod) && proved.get(pod.uid) === inPlace && !journal?.unsure;
      check('equal bytes cause no signal (I6)', !isSame, () => `${pod.name} is told of ${textOf(inPlace)}, which it runs`);
      proved.delete(pod.uid);
    },
  };
}
