import { onCluster } from '../command.ts';
import { policyOf } from '../objects.ts';
import { reasonIn, reasonOption, type WithReason } from '../reason.ts';
import { say } from '../say.ts';
import { waveOption } from '../wave-option.ts';

export const approve = onCluster<WithReason & { readonly wave?: number }>(
  {
    usage: 'approve <name>',
    says: 'let a wave of the rollout open that needs approval',
    example: "kubectl reload approve web --reason 'the canary looks good'",
    options: [waveOption('the wave; without it, the next one'), reasonOption()],
  },
  async ({ cluster, args: [name = ''], options }) => {
    const policy = await policyOf(cluster, name);
    const wave = options.wave ?? (policy.status?.wave ?? 0) + 1;
    return await say(cluster, policy, 'approve', { wave, ...reasonIn(options) }, `may open wave ${wave}`);
  },
);
