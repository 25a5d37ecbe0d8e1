import { Option } from 'commander';
import { onCluster } from '../command.ts';
import { policyOf } from '../objects.ts';
import { reasonIn, reasonOption, type WithReason } from '../reason.ts';
import { say } from '../say.ts';

export const promote = onCluster<WithReason & { readonly full?: true }>(
  {
    usage: 'promote <name>',
    says: 'open the next wave without waiting for bake, gates or approval; in the last one, be done with it',
    example: "kubectl reload promote web --full --reason 'it mends the outage'",
    options: [new Option('--full', 'all waves, as far as maxUnavailable lets them'), reasonOption()],
  },
  async ({ cluster, args: [name = ''], options }) => {
    const policy = await policyOf(cluster, name);
    const wave = (policy.status?.wave ?? 0) + 1;
    const isFull = options.full || wave > policy.spec.waves.length;
    return await say(
      cluster,
      policy,
      'promote',
      { ...(isFull ? {} : { wave }), ...reasonIn(options) },
      isFull ? 'waits for no wave any more' : `opens wave ${wave} now`,
    );
  },
);
