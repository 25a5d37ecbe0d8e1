import { onCluster } from '../command.ts';
import { policyOf, reloadsIn } from '../objects.ts';
import { done } from '../outcome.ts';
import { type Format, listed, outputOption, structured } from '../show/output.ts';
import { rollouts } from '../show/reloads.ts';

export const history = onCluster<{ readonly output?: Format }>(
  {
    usage: 'history <name>',
    says: 'the rollouts of a policy whose records are kept, newest first: `undo --to` takes their revisions',
    example: 'kubectl reload history web -o wide',
    options: [outputOption()],
  },
  async ({ cluster, args: [name = ''], options: { output } }) => {
    const policy = await policyOf(cluster, name);
    const kept = (await reloadsIn(cluster))
      .filter(({ spec }) => spec.policy === policy.metadata.name && spec.rollout !== undefined)
      .toSorted((a, b) => (a.spec.rollout ?? 0) - (b.spec.rollout ?? 0));
    const text = structured(listed(kept), output);
    if (text !== null) return done(text);
    if (kept.length > 0) return done(rollouts(kept, { wide: output === 'wide', now: Date.now() }));
    return { ...done(''), said: [`no record of a rollout of ${name} is kept`] };
  },
);
