import { Option } from 'commander';
import { stringify } from 'yaml';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { onCluster } from '../command.ts';
import { olderOver } from '../conflict.ts';
import { revisionsOf } from '../contents.ts';
import { appended, fileOption } from '../files.ts';
import { frozen } from '../freeze.ts';
import { gatesNow } from '../gates-now.ts';
import { isReady, podsOf } from '../members.ts';
import { policiesIn, reloadsIn } from '../objects.ts';
import { systemOf } from '../operators.ts';
import { done } from '../outcome.ts';
import { proposed } from '../proposed.ts';
import { isContentOf, quarantinedFor } from '../quarantined.ts';
import { changes, type Comparable } from '../show/changes.ts';
import { plan as shown } from '../show/plan.ts';
import { compared } from '../sources-now.ts';

type Options = { readonly filename?: readonly string[]; readonly with?: readonly string[]; readonly namespace?: string };

export const plan = onCluster<Options>(
  {
    usage: 'plan [name]',
    says: 'what a rollout of the sources as they are, or as files would make them, would do; nothing is written',
    example: 'kubectl reload plan web --with edited.yaml',
    exitCodes: '0 done; 1 failed or refused; 2 the command line or a file is wrong.',
    options: [
      fileOption('a policy in place of the one in the cluster, where there is one, and its sources beside it; - for stdin; repeatable'),
      new Option('--with <file>', 'sources in place of those in the cluster, or - for stdin; repeatable').argParser(appended),
    ],
  },
  async ({ cluster: here, args: [name], options, screen }) => {
    const { policy, present, edits } = await proposed(here, { name, ...options });
    const cluster = { ...here, namespace: policy.metadata.namespace };
    const [pods, freeze, policies, reloads] = await Promise.all([
      podsOf(cluster, policy),
      systemOf(cluster).then((system) => frozen(cluster, system)),
      policiesIn(cluster),
      reloadsIn(cluster),
    ]);
    const kept = revisionsOf([...policies, policy], reloads);
    const { from, to, unread } = await compared(cluster, policy, kept.get(policy.status?.stableRevision ?? '') ?? [], edits);
    const managed = pods.filter((pod) => pod.managed);
    return done(
      shown({
        policy,
        edited: present && changes([specIn(present)], [specIn(policy)], screen.paint),
        members: { total: pods.length, managed: managed.length, unready: managed.filter((pod) => !isReady(pod)).map((pod) => pod.name) },
        freeze,
        changes: changes(from, to, screen.paint),
        unread,
        quarantined: await quarantinedFor(cluster, policy, kept, to),
        isCandidate: await isContentOf(cluster, kept.get(policy.status?.candidateRevision ?? ''), to),
        older: olderOver(policy, pods, policies),
        reloads: reloads.filter(({ spec }) => spec.policy === policy.metadata.name && spec.rollout !== undefined),
        gates: await gatesNow(cluster.kube, policy, pods),
        now: Date.now(),
      }),
    );
  },
);

/** As text, to be compared. */
function specIn({ kind, metadata: { name }, spec }: ReloadPolicy): Comparable {
  return { kind, name, files: [{ key: 'spec', bytes: Buffer.from(stringify(spec, { sortMapEntries: true })) }] };
}
