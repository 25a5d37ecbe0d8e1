import { onCluster } from '../command.ts';
import { annotateFreeze } from '../freeze.ts';
import { done } from '../outcome.ts';

export const unfreeze = onCluster(
  {
    usage: 'unfreeze <namespace>',
    says: 'end a freeze: what waited goes on as its windows let it',
    example: 'kubectl reload unfreeze shop',
  },
  async ({ cluster, args: [namespace = ''] }) => {
    const before = await annotateFreeze(cluster, namespace, null);
    return done(before === undefined ? `${namespace} was not frozen` : `${namespace} is frozen no more`);
  },
);
