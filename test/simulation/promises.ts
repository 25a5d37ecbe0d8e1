import { promisesAtRest } from './promises/at-rest.ts';
import { openJudge } from './promises/judge.ts';
import { promisesOfRecords } from './promises/records.ts';
import { promisesOfSends } from './promises/sends.ts';
import { promisesOfSidecars } from './promises/sidecars.ts';
import type { World } from './world.ts';

/** Told of everything as it happens; says which promise is broken by it. */
export type Promises = ReturnType<typeof openPromises>;

export function openPromises(world: () => World) {
  const judge = openJudge(world);
  return { ...promisesOfSends(judge), ...promisesOfRecords(judge), ...promisesOfSidecars(judge), ...promisesAtRest(judge) };
}
