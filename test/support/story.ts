import { after, before, test } from 'node:test';
import { type Cluster, openCluster } from './cluster.ts';
import { isReady, linesOf } from './containers.ts';
import type { Fleet } from './fleet.ts';
import { installOperator, type Operator } from './operator.ts';

/**
 * Stories that one fleet goes through, one after another. A story that fails tells what an engineer on call would ask for first.
 *
 *     const story = storiesOf((cluster, operator) => openFleet(…));
 *     story('a good edit reaches every pod', async (fleet) => { … });
 */
export function storiesOf(open: (cluster: Cluster, operator: Operator) => Promise<Fleet>, install = installOperator) {
  let cluster: Cluster;
  let fleet: Fleet | undefined;
  before(async () => {
    cluster = await openCluster();
    fleet = await open(cluster, await install(cluster));
  });
  after(async () => {
    await fleet?.close();
    await cluster.close();
  });
  /** `todo`: what it waits for. It is told and shown, and fails nothing. */
  return (title: string, act: (fleet: Fleet) => Promise<void>, { todo = false }: { readonly todo?: string | false } = {}) =>
    void test(title, { todo }, async () => {
      if (!fleet) throw new Error('there is no fleet');
      try {
        await act(fleet);
      } catch (error) {
        console.log(await briefing(fleet));
        throw error;
      }
    });
}

/** How the policy stands, how the pods are, what was rolled out, and the end of the operator's logs. */
export async function briefing(fleet: Fleet): Promise<string> {
  const { operator } = fleet;
  const parts: Readonly<Record<string, () => unknown>> = {
    status: fleet.status,
    pods: () => fleet.pods().map((pod) => `${pod.metadata.name} ${pod.status?.podIP} ${isReady(pod) ? 'Ready' : 'not Ready'}`),
    'told to reload': fleet.told,
    serving: fleet.serving,
    'the last Reload': async () => (await fleet.reload(fleet.status().rollout ?? 0))?.status,
    events: async () => (await fleet.events()).map(({ reason, message }) => `${reason}: ${message}`),
    'the Lease': operator.identity,
    'the end of the logs': () => operator.pods().flatMap((pod) => [pod.metadata.name, ...linesOf(pod, 'operator').slice(-25)]),
  };
  const told = await Promise.all(
    Object.entries(parts).map(
      async ([title, ask]) =>
        `── ${title}\n${await Promise.resolve()
          .then(ask)
          .then(shown, (error) => `not to be had: ${error}`)}`,
    ),
  );
  return told.join('\n');
}

function shown(answer: unknown): string {
  return Array.isArray(answer) ? answer.join('\n') : JSON.stringify(answer, null, 1);
}
