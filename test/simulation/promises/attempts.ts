import { frameOf, isGoingBack } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** A try is named for its rollout, and one on the way back for that. */
export function attempts(judge: Judge): Partial<Hooks> {
  const { check, note, textOf } = judge;
  return {
    sends: (operator, pod, assign) => {
      note(`${pod.name} <- ${textOf(assign.content)} (${assign.attempt})`);
      const frame = frameOf(judge, operator, pod, assign);
      if (frame === null || !frame.isNew) return;
      const series = `${frame.status.rollout}.${isGoingBack(frame.status) ? 'r' : ''}`;
      // What was in flight as the pass looked keeps its name.
      const isInFlight = frame.before?.asked?.content === assign.content;
      const isOwn = isInFlight || (assign.attempt.startsWith(series) && /^[0-9]+$/.test(assign.attempt.slice(series.length)));
      check('a try is named for its rollout, and one on the way back for that', isOwn, () => `${assign.attempt} in ${series}`);
    },
  };
}
