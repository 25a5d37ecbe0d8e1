import { Option } from 'commander';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { onCluster } from '../command.ts';
import { policiesIn } from '../objects.ts';
import { done } from '../outcome.ts';
import { type Format, listed, outputOption, structured } from '../show/output.ts';
import { policies } from '../show/policies.ts';

type Options = { readonly allNamespaces?: true; readonly output?: Format };

export const list = onCluster<Options>(
  {
    usage: 'list',
    says: 'the policies of a namespace, and how far each is',
    example: 'kubectl reload list -A -o wide',
    options: [new Option('-A, --all-namespaces', 'of all namespaces'), outputOption()],
  },
  async ({ cluster, options: { allNamespaces: everywhere = false, output } }) => {
    const found: readonly ReloadPolicy[] = await policiesIn(cluster, { everywhere });
    const text = structured(listed(found), output);
    if (text !== null) return done(text);
    if (found.length > 0) return done(policies(found, { everywhere, wide: output === 'wide', now: Date.now() }));
    return {
      ...done(''),
      said: [everywhere ? 'there is no ReloadPolicy' : `there is no ReloadPolicy in the namespace ${cluster.namespace}`],
    };
  },
);
