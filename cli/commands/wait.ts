import { InvalidArgumentError, Option } from 'commander';
import { DURATION, millis } from '../../crds/duration.ts';
import { onCluster } from '../command.ts';
import { policyOf } from '../objects.ts';
import { done, refused } from '../outcome.ts';
import { poll } from '../poll.ts';
import { type Progress, progressOf } from '../progress.ts';
import { versionsOf } from '../versions.ts';

type Options = { readonly for: 'succeeded'; readonly timeout: string };

export const wait = onCluster<Options>(
  {
    usage: 'wait <name>',
    says: 'until the whole fleet runs what the sources say now; a rollout that fails ends it at once',
    example: 'kubectl apply -f config.yaml && kubectl reload wait web --for=succeeded --timeout=15m',
    options: [
      new Option('--for <what>', 'what is waited for').choices(['succeeded']).default('succeeded'),
      new Option('--timeout <duration>', 'for how long at most').default('10m').argParser(checked),
    ],
    exitCodes: '0 it succeeded; 1 it failed, or not in time; 2 the command line is wrong.',
  },
  async ({ cluster, args: [name = ''], options: { timeout } }) => {
    let last: Progress = { kind: 'waits', because: '' };
    await poll(async () => {
      const policy = await policyOf(cluster, name);
      // Each time anew: of two edits it is the last one that is waited for.
      last = progressOf(policy, await versionsOf(cluster, policy));
      return last.kind === 'waits' ? null : last;
    }, millis(timeout));
    switch (last.kind) {
      case 'succeeded':
        return done(`${name} runs what its sources say: ${last.because}`);
      case 'failed':
        return refused(`${name} failed: ${last.because}`);
      case 'waits':
        return refused(`${name} is not there within ${timeout}: ${last.because}`);
    }
  },
);

function checked(text: string): string {
  if (!DURATION.test(text)) throw new InvalidArgumentError('A duration is such as 30s or 1h30m.');
  return text;
}
