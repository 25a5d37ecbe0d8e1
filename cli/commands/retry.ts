import { Option } from 'commander';
import { answered } from '../answered.ts';
import { onCluster } from '../command.ts';
import { policiesIn } from '../objects.ts';
import { refused } from '../outcome.ts';
import { patch } from '../say.ts';
import { byUser } from '../user.ts';

type Options = { readonly reason: string; readonly policy?: string };

export const retry = onCluster<Options>(
  {
    usage: 'retry <revision>',
    says: 'lift the quarantine of a revision: where the sources still say it, it is rolled out again',
    example: "kubectl reload retry 9c01d2e4b6a83f2a --reason 'the disk is empty again'",
    options: [
      new Option('--reason <text>', 'why it should go well now, for people').makeOptionMandatory(),
      new Option('--policy <name>', 'of that policy; needed only where several have it in quarantine'),
    ],
  },
  async ({ cluster, args: [revision = ''], options: { reason, policy } }) => {
    const found = (await policiesIn(cluster)).flatMap(({ metadata: { name }, status }) => {
      const rollout = status?.quarantined?.find((it) => it.revision === revision)?.rollout;
      return rollout !== undefined && (policy ?? name) === name ? [`${name}-${rollout}`] : [];
    });
    const [reload, another] = found;
    if (reload === undefined) return refused(`no policy of ${cluster.namespace} has ${revision} in quarantine`);
    if (another !== undefined) return refused(`${found.join(' and ')} both failed with ${revision}: say which with --policy`);
    await patch(cluster, reload, [{ op: 'add', path: '/spec/retry', value: { reason, ...(await byUser(cluster)) } }]);
    return await answered(cluster, reload, (answer) => answer.reason === reason);
  },
);
