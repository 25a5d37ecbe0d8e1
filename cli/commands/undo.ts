import { Option } from 'commander';
import { API_VERSION } from '../../crds/kind.ts';
import type { Reload } from '../../crds/reload.ts';
import { answered } from '../answered.ts';
import { MANAGER } from '../cluster.ts';
import { onCluster } from '../command.ts';
import { policyOf, reloadPath, reloadsIn } from '../objects.ts';
import { refused } from '../outcome.ts';
import { reasonOption, type WithReason } from '../reason.ts';
import { before } from '../before.ts';
import { byUser } from '../user.ts';

export const undo = onCluster<WithReason & { readonly to?: string }>(
  {
    usage: 'undo <name>',
    says: 'take the fleet to an earlier revision, in waves; what the sources say now is passed over until it changes',
    example: "kubectl reload undo web --to 3f2a9c01d2e4b6a8 --reason 'v7 is slow'",
    options: [new Option('--to <revision>', 'one that `history` names; without it, the one before stable'), reasonOption()],
  },
  async ({ cluster, args: [name = ''], options: { to, reason = 'undone' } }) => {
    const policy = await policyOf(cluster, name);
    if (policy.status?.candidateRevision !== undefined && to === undefined)
      return refused(`${name}-${policy.status.rollout} is under way: abort it, or say where to go with --to`);
    const revision = to ?? before(policy, await reloadsIn(cluster));
    if (revision === null) return refused(`no record says what ${name} ran before: say where to go with --to`);
    const { metadata } = await cluster.kube.create<Reload>(
      reloadPath(cluster.namespace),
      {
        apiVersion: API_VERSION,
        kind: 'Reload',
        metadata: { generateName: `${name}-undo-` },
        spec: { policy: name, revision, because: reason, ...(await byUser(cluster)) },
      },
      { query: MANAGER },
    );
    return await answered(cluster, metadata.name);
  },
);
