/** The first seeds of the simulation, up to the first broken promise; that one is not looked into. */
import { tell } from '../simulation/story.ts';

const SEEDS = 4;
const STEPS_A_SEED = 2_500;

for (let seed = 1; seed <= SEEDS; seed++) {
  const { failure } = await tell(seed, STEPS_A_SEED);
  if (failure !== null) process.exit(1);
}
