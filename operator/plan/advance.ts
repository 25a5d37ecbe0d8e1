import { takeUp } from './requests.ts';
import { rest } from './rest.ts';
import { comeBack, isReturning } from './returning.ts';
import { roll, type Step } from './roll.ts';
import type { Plan, Situation } from './situation.ts';
import { beginning, turn } from './turn.ts';
import { hear } from './verbs.ts';

/** Moves the rollout by at most one step: what a person said comes first, then what the sources say, then what the members answer. */
export function advance(situation: Situation): Step & Pick<Plan, 'answer'> {
  const { now } = situation;
  const before = situation.progress ?? beginning;
  const heard = hear(situation, before);
  if (heard !== before) return { progress: heard, wakeAt: now, answer: null };
  const { progress: taken, answer } = takeUp(situation, before);
  if (taken !== before) return { progress: taken, wakeAt: now, answer };
  const turned = turn(situation, before);
  // What was taken up is answered before another rollout overwrites that it was. An answer that cannot be written holds nothing else.
  const isOwed = answer !== null && answer.refused === null && turned.rollout !== before.rollout;
  const progress = isOwed ? before : turned;
  if (progress !== before) return { progress, wakeAt: now, answer };
  return { ...step(situation), answer };

  function step(of: Situation): Step {
    if (progress.candidate !== null) return roll(of, progress, progress.candidate);
    if (isReturning(progress) && progress.stable !== null) return comeBack(of, progress, progress.stable);
    return rest(of, progress);
  }
}
