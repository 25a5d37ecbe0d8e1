import { onCluster } from '../command.ts';
import { policyOf } from '../objects.ts';
import { reasonIn, reasonOption, type WithReason } from '../reason.ts';
import { say } from '../say.ts';

export const pause = onCluster<WithReason>(
  {
    usage: 'pause <name>',
    says: 'hold the rollout: nobody is newly asked, and no wave opens',
    example: "kubectl reload pause web --reason 'we look at errors'",
    options: [reasonOption()],
  },
  async ({ cluster, args: [name = ''], options }) => say(cluster, await policyOf(cluster, name), 'pause', reasonIn(options), 'is paused'),
);
