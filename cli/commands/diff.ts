import { onCluster } from '../command.ts';
import { contentsOf, revisionsIn } from '../contents.ts';
import { done, refused } from '../outcome.ts';
import { changes } from '../show/changes.ts';

export const diff = onCluster(
  {
    usage: 'diff <from> <to>',
    says: 'what a revision has otherwise than another one: lines of ConfigMaps, and of Secrets only key names and sizes',
    example: 'kubectl reload diff 3f2a9c01d2e4b6a8 9c01d2e4b6a83f2a',
  },
  async ({ cluster, args: [from = '', to = ''], screen }) => {
    const kept = await revisionsIn(cluster);
    const [before, after] = [kept.get(from), kept.get(to)];
    if (before === undefined || after === undefined)
      return refused(
        `revision ${before === undefined ? from : to} is not kept in the namespace ${cluster.namespace}: \`kubectl reload history\` names those that are`,
      );
    const text = changes(await contentsOf(cluster, before), await contentsOf(cluster, after), screen.paint);
    return done(text === '' ? 'nothing differs' : text);
  },
);
