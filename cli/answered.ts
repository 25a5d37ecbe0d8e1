import type { ReloadStatus } from '../crds/reload.ts';
import type { Cluster } from './cluster.ts';
import { reloadOf } from './objects.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { poll } from './poll.ts';

type Answer = NonNullable<ReloadStatus['answer']>;

const ANSWERED_MS = 10_000;

/** What came of a wish, or of a retry, by its Reload. `is`: tells its own answer from an older one. */
export async function answered(cluster: Cluster, reload: string, is: (answer: Answer) => boolean = () => true): Promise<Outcome> {
  const answer = await poll(async () => {
    const it = (await reloadOf(cluster, reload))?.status?.answer;
    return it !== undefined && is(it) ? it : null;
  }, ANSWERED_MS);
  if (answer === null) return refused(`${reload} was told, but no operator took it up within 10s: it will when one leads`);
  if (answer.refused !== undefined) return refused(`${reload} is refused: ${answer.refused}`);
  return done(answer.rollout === undefined ? `${reload} was taken up` : `${reload} was taken up: rollout ${answer.rollout}`);
}
