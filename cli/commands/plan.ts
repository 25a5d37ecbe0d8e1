import { Option } from 'commander';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { contentsOf, revisionsIn } from '../contents.ts';
import type { Cluster } from '../cluster.ts';
import { onCluster } from '../command.ts';
import { appended, readFiles } from '../files.ts';
import { frozen } from '../freeze.ts';
import { read } from '../manifests.ts';
import { membersOf } from '../members.ts';
import { policyOf } from '../objects.ts';
import { done } from '../outcome.ts';
import { changes } from '../show/changes.ts';
import { plain } from '../show/paint.ts';
import { plan as shown } from '../show/plan.ts';
import { type Edited, sourcesNow } from '../sources-now.ts';

type Contents = Awaited<ReturnType<typeof sourcesNow>>;

export const plan = onCluster<{ readonly with?: readonly string[] }>(
  {
    usage: 'plan <name>',
    says: 'what a rollout of the sources as they are, or as files would make them, would do; nothing is written',
    example: 'kubectl reload plan web --with edited.yaml',
    options: [new Option('--with <file>', 'sources in place of those in the cluster, or - for stdin; repeatable').argParser(appended)],
  },
  async ({ cluster, args: [name = ''], options: { with: files = [] }, screen }) => {
    const policy = await policyOf(cluster, name);
    const edits = readFiles(files).flatMap(({ text }) => read(text).map(({ value }) => value as Edited));
    const [contents, members, freeze] = await Promise.all([
      sourcesNow(cluster, policy, edits),
      membersOf(cluster, policy),
      frozen(cluster),
    ]);
    const kept = await revisionsIn(cluster);
    const stable = await contentsOf(cluster, kept.get(policy.status?.stableRevision ?? '') ?? []);
    return done(
      shown({
        policy,
        managed: members.filter(({ managed }) => managed).length,
        freeze,
        changes: changes(stable, contents, screen.paint),
        quarantined: await quarantineOf(cluster, policy, kept, contents),
        now: Date.now(),
      }),
    );
  },
);

/** Why that content failed before, where it did and is kept. By its bytes: the key that names a revision is the operator's. */
async function quarantineOf(
  cluster: Cluster,
  { status }: ReloadPolicy,
  kept: Awaited<ReturnType<typeof revisionsIn>>,
  contents: Contents,
): Promise<string | null> {
  for (const { revision, because } of status?.quarantined ?? []) {
    const sources = kept.get(revision);
    if (sources !== undefined && changes(await contentsOf(cluster, sources), contents, plain) === '') return because;
  }
  return null;
}
