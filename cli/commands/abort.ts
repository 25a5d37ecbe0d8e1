import { onCluster } from '../command.ts';
import { policyOf } from '../objects.ts';
import { reasonIn, reasonOption, type WithReason } from '../reason.ts';
import { say } from '../say.ts';

export const abort = onCluster<WithReason>(
  {
    usage: 'abort <name>',
    says: 'end the rollout: whoever was asked goes back to stable, and the revision is in quarantine',
    example: "kubectl reload abort web --reason 'wrong cluster'",
    options: [reasonOption()],
  },
  async ({ cluster, args: [name = ''], options }) =>
    say(cluster, await policyOf(cluster, name), 'abort', reasonIn(options), 'is aborted: its members go back to stable'),
);
