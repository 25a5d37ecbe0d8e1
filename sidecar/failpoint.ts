import { type Driver, drive, type Machine } from './drive.ts';
import type { Effect, Next } from './work.ts';

/**
 * For tests, and in no release (images/bundle.ts leaves it out): a sidecar that dies as of a kill -9 at a place such as `before swap of 2.1`,
 * `in verify of 2.1`, `after fireBack of 2.1` or `before ack of 2.1`: a step of an attempt, and where in it. `after`: it was done, and nobody
 * wrote it down.
 */
export function dyingAt(place: string): typeof drive {
  const die = (here: string): void => {
    if (here === place) process.kill(process.pid, 'SIGKILL');
  };
  return (start: Next, machine: Machine): Driver => {
    let driver: Driver | null = null;
    const step = (): string => {
      const t = (driver?.member() ?? start.member).journal.try;
      return `${t?.step} of ${t?.assign.attempt}`;
    };
    const run = (effect: Effect): void => {
      const what = effect.do === 'ack' ? `ack of ${effect.ack.attempt}` : step();
      die(`before ${what}`);
      machine.run(effect);
      die(`${effect.do === 'work' ? 'in' : 'after'} ${what}`);
    };
    const inner = drive(start, { ...machine, run });
    driver = inner;
    const post: Driver['post'] = (event) => {
      if (event.kind === 'done') die(`after ${step()}`);
      inner.post(event);
    };
    return { ...inner, post };
  };
}
