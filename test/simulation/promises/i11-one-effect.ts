import { isToldForward } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I11: one (member, revision, attempt) has at most one effect on the app; a refusal has one more, on the way back. */
export function oneEffect({ check, note, textOf }: Judge): Partial<Hooks> {
  const effects = new Set<string>();
  return {
    told: (pod, { content, attempt }, inPlace) => {
      note(`${pod.name} is told of ${textOf(inPlace)} by ${attempt}`);
      const isForward = isToldForward(pod);
      const key = `${pod.uid} ${content} ${attempt} ${isForward ? 'forward' : 'back'}`;
      check('one try has at most one effect (I11)', !effects.has(key), () => `${pod.name}, ${textOf(content)}, ${attempt}`);
      effects.add(key);
    },
  };
}
