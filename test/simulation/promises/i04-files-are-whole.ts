import { isToldForward } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/**
 * I4: the files of a pod are one revision, never a mix. Here: no file is taken for another, and what the app is told of is what is in place. That no
 * reader sees a mix on a real disk is proved in sidecar/files.test.ts.
 */
export function filesAreWhole({ check, textOf }: Judge): Partial<Hooks> {
  return {
    received: (pod, isRight) =>
      check('a file is never taken for another (I4)', isRight, () => `${pod.name} was sent other bytes than it wants`),
    told: (pod, { content }, inPlace) => {
      const isForward = isToldForward(pod);
      check(
        'the files in place are those that the app is told of (I4)',
        !isForward || inPlace === content,
        () => `${pod.name} has ${textOf(inPlace)}`,
      );
    },
    acked: (pod, { outcome, content, revision }) => {
      if (outcome.kind === 'applied')
        check('a sidecar says applied only of what is in place (I4)', pod.disk.inPlace === content, () => `${pod.name} and ${revision}`);
    },
  };
}
