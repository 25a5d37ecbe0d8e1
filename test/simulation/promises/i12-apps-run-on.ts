import { boots } from '../pod.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I12: no operator, no API server: apps run on, pods restart on the last good, nothing waits for us. */
export function appsRunOn({ world: worldOf, check, textOf }: Judge): Partial<Hooks> {
  return {
    alone: () => {
      for (const { name, app, sidecar, disk, managed } of worldOf().pods.values()) {
        if (!managed || disk.inPlace === null) continue;
        const { good, booted } = sidecar?.driver.member().journal ?? { good: null, booted: false };
        const text = textOf(disk.inPlace);
        check(
          'without an operator, pods start on the last good (I12)',
          good === null || good.content === disk.inPlace,
          () => `${name} has ${text}`,
        );
        check(
          'without an operator, apps run on (I12)',
          !booted || !boots(text) || (app.alive && app.runs === text),
          () => `${name} runs ${app.runs}, and has ${text}`,
        );
      }
    },
  };
}
