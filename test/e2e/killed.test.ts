/**
 * Parts are killed while a rollout is under way, in every phase of it. Their app takes a second to reload and counts how often it was told, so
 * that an extra reload cannot hide.
 */

import assert from 'node:assert/strict';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { linesOf, type Pod, pidOf, restartsOf } from '../support/containers.ts';
import { counts, each, type Fleet, openFleet, since, type Told } from '../support/fleet.ts';
import { kubectl, onCluster } from '../support/kubectl.ts';
import { SYSTEM } from '../support/operator.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-killed',
    appFleet({
      replicas: 3,
      waves: '[{ upTo: 1, bake: 2s }, { upTo: 100%, bake: 1s }]',
      maxUnavailable: 1,
      reloadMs: 1000,
      // A Secret: whoever is killed, and whenever, hygiene.test.ts looks for words of it afterwards.
      source: 'Secret',
    }),
    cluster,
    operator,
  ),
);

story("the operator is killed while the canary's ack is awaited", async (fleet) => {
  const old = await begin(fleet, appConfig('v2'));
  await toldInAll(fleet, old, 1);
  await killOperator(fleet);
  await succeeds(fleet, old, 'v2');
});

story('the operator is killed in the bake', async (fleet) => {
  const old = await begin(fleet, appConfig('v3'));
  await fleet.until('the canary bakes', (it) => it.wave === 1 && it.bakeStartedAt !== undefined);
  await killOperator(fleet);
  await succeeds(fleet, old, 'v3');
});

story('the operator is killed in the middle of the last wave', async (fleet) => {
  const old = await begin(fleet, appConfig('v4'));
  await toldInAll(fleet, old, 2);
  await killOperator(fleet);
  await succeeds(fleet, old, 'v4');
});

story('the operator is killed while it rolls back a slow poison', async (fleet) => {
  await fleet.patch({ waves: [{ upTo: 1, bake: '60s' }, { upTo: '100%' }] });
  const old = await begin(fleet, appConfig('v5', { unreadyAfterMs: 500 }));
  // Once for the candidate, and once for the way back.
  await toldInAll(fleet, old, 2);
  assert.equal(fleet.status().quarantined?.length, 1);
  assert.equal(fleet.status().outcome, undefined);
  await killOperator(fleet);

  const reload = await fleet.ended(fleet.status().rollout ?? 0);
  assert.equal(reload.status?.outcome, 'RolledBack');
  await fleet.serves('v4');
  assert.deepEqual(counts(since(old, fleet.told())), [0, 0, 2]);
  await fleet.applyPolicy();
});

story('the leader is deleted in the middle of the last wave', async (fleet) => {
  const old = await begin(fleet, appConfig('v6'));
  await toldInAll(fleet, old, 2);
  const before = fleet.operator.identity();
  await kubectl(['delete', 'pod', fleet.operator.leader().metadata.name, '-n', SYSTEM, '--wait=false']);
  await fleet.operator.otherLeads(before);
  await succeeds(fleet, old, 'v6');
});

story('the leader is frozen for longer than its Lease, and wakes up to see that another one leads', async (fleet) => {
  const { operator } = fleet;
  const old = await begin(fleet, appConfig('v7'));
  await fleet.until('the canary bakes', (it) => it.wave === 1 && it.bakeStartedAt !== undefined);
  const [before, frozen] = [operator.identity(), operator.leader()];
  const pid = pidOf(frozen, 'operator');
  const ended = await counted(frozen, ENDED);
  process.kill(pid, 'SIGSTOP');
  try {
    await operator.otherLeads(before);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const now = operator.identity();
  await succeeds(fleet, old, 'v7');
  assert.equal(operator.identity(), now);
  // It lives on, it noticed, and from then on it did nothing: the bake had ended while it was frozen.
  assert.equal(pidOf(frozen, 'operator'), pid);
  // Whatever it had to say was not said: it ended each stream that it still had, and counted it.
  const endedNow = (await counted(frozen, ENDED)) - ended;
  assert.ok(endedNow >= 3, `${endedNow} streams ended`);
  assert.equal(await counted(frozen, 'link_streams'), 0);
  const log = linesOf(frozen, 'operator');
  const end = log.findLastIndex((line) => line.includes('"leading no more"'));
  assert.notEqual(end, -1);
  assert.deepEqual(
    log.slice(end).filter((line) => line.includes('"rollout":')),
    [],
  );
});

story('the API server is killed in the middle of the last wave, and is away for three seconds', async (fleet) => {
  const old = await begin(fleet, appConfig('v8'));
  await toldInAll(fleet, old, 2);
  await onCluster('kill', 'apiserver');
  const dead = performance.now();
  await until('three seconds have passed', () => performance.now() - dead > 3000);
  await onCluster('start', 'apiserver');
  await onCluster('wait');
  await succeeds(fleet, old, 'v8');
});

story('the sidecar of the canary is killed while the app reloads: at most one effect, and the rollout ends right', async (fleet) => {
  const old = await begin(fleet, appConfig('v9'));
  await toldInAll(fleet, old, 1);
  const [canary = ''] = Object.entries(since(old, fleet.told())).flatMap(([name, count]) => (count === 1 ? [name] : []));
  killSidecar(fleet, canary);
  await succeeds(fleet, old, 'v9');
});

story('an idle sidecar is killed: the app is told nothing', async (fleet) => {
  const old = fleet.told();
  // One that was not killed yet: the kubelet makes a container wait the second time.
  const [name = ''] = Object.keys(old).filter((each) => restartsOf(fleet.pod(each), 'fleet-reload') === 0);
  killSidecar(fleet, name);
  await until('it runs again', () => restartsOf(fleet.pod(name), 'fleet-reload') === 1);
  await fleet.whole(3);
  await fleet.quiet(old);
});

/** An edit, with two replicas of the operator at hand. Answers how often each app had been told before. */
async function begin(fleet: Fleet, content: string): Promise<Told> {
  await fleet.operator.settle();
  await fleet.whole(3);
  const old = fleet.told();
  const rollout = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(content);
  await fleet.until(`rollout ${rollout} begins`, (it) => it.rollout === rollout);
  return old;
}

async function toldInAll(fleet: Fleet, old: Told, wanted: number): Promise<void> {
  const told = () => Object.values(since(old, fleet.told())).reduce((sum, count) => sum + count, 0);
  await until(`apps were told ${wanted} times in all`, () => told() >= wanted, 30_000);
  assert.equal(told(), wanted);
}

const ENDED = 'link_ended_total{reason="not_leader"}';

/** What that replica says in its metrics; 0 before it has counted any. */
async function counted(pod: Pod, series: string): Promise<number> {
  const text = await (await fetch(`http://${pod.status?.podIP}:9090/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.split(' ')[1] ?? 0);
}

async function killOperator({ operator }: Fleet): Promise<void> {
  const before = operator.identity();
  operator.killLeader();
  await operator.otherLeads(before);
}

function killSidecar(fleet: Fleet, name: string): void {
  process.kill(pidOf(fleet.pod(name), 'fleet-reload'), 'SIGKILL');
}

/** And every app was told exactly once. */
async function succeeds(fleet: Fleet, old: Told, version: string): Promise<void> {
  const reload = await fleet.ended(fleet.status().rollout ?? 0);
  assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
  await fleet.serves(version);
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
  await fleet.quiet(fleet.told());
}
