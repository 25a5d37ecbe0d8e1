import { Option } from 'commander';
import { onCluster } from '../command.ts';
import { look } from '../look.ts';
import { policyOf } from '../objects.ts';
import { done } from '../outcome.ts';
import { type Format, outputOption, structured } from '../show/output.ts';
import { standing } from '../show/standing.ts';
import { tree } from '../show/tree.ts';
import { watch } from '../watch.ts';

type Options = { readonly watch?: true; readonly output?: Format };

export const get = onCluster<Options>(
  {
    usage: 'get <name>',
    says: 'a policy as a tree: its rollout, the waves, and in each the members with the revision they run, their state, and why',
    example: 'kubectl reload get web -w',
    options: [
      new Option('-w, --watch', 'until it is interrupted: drawn anew on a terminal, elsewhere a line for each change'),
      outputOption(),
    ],
  },
  async ({ cluster, args: [name = ''], options: { watch: following, output }, screen }) => {
    if (following) return await watch(cluster, name, screen);
    const text = output && structured(await policyOf(cluster, name), output);
    return done(text ?? tree(standing(await look(cluster, name)), screen));
  },
);
