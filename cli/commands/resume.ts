import { onCluster } from '../command.ts';
import { policyOf, reloadOf } from '../objects.ts';
import { done, refused } from '../outcome.ts';
import { nothingUnderWay, patch, underWay } from '../say.ts';

export const resume = onCluster(
  {
    usage: 'resume <name>',
    says: 'take a pause back: the rollout goes on',
    example: 'kubectl reload resume web',
  },
  async ({ cluster, args: [name = ''] }) => {
    const policy = await policyOf(cluster, name);
    const reload = underWay(policy);
    if (reload === null) return refused(nothingUnderWay(policy));
    const held = policy.spec.paused ? `; ${name} itself has spec.paused` : '';
    if ((await reloadOf(cluster, reload))?.spec.pause === undefined) return refused(`${reload} is not paused${held}`);
    await patch(cluster, reload, [{ op: 'remove', path: '/spec/pause' }]);
    return done(`${reload} goes on${held}`);
  },
);
