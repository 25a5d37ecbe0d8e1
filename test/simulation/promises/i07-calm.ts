import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I7: restarting the operator, moving the leader, re-listing: no signal. */
export function calm({ check }: Judge): Partial<Hooks> {
  let effects = 0;
  let before = 0;
  return {
    told: () => void effects++,
    isCalm: (begins) => {
      if (begins) before = effects;
      else check('what changes nothing signals nobody (I6, I7)', effects === before, () => `${effects - before} apps were told something`);
    },
  };
}
