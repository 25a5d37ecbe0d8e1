/** The operator and the API server at their worst moments. The app takes 700 ms to reload and counts how often it was told. */

import assert from 'node:assert/strict';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { pidOf } from '../support/containers.ts';
import { counts, type Fleet, openFleet, since } from '../support/fleet.ts';
import { kubectl, onCluster } from '../support/kubectl.ts';
import { atRest, canaryBakes, succeeds, toldBeside, whileSilent } from '../support/one-rollout.ts';
import { stays } from '../support/stays.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-faults-operator',
    appFleet({
      replicas: 3,
      waves: '[{ upTo: 1, bake: 2s }, { upTo: 100%, bake: 1s }]',
      maxUnavailable: 1,
      reloadMs: 700,
      source: 'ConfigMap',
    }),
    cluster,
    operator,
  ),
);

story('the leader is killed before it has stored the revision: the next one stores it, and there is one rollout', async (fleet) => {
  const start = await atRest(fleet);
  const before = fleet.operator.identity();
  const pid = pidOf(fleet.operator.leader(), 'operator');
  process.kill(pid, 'SIGSTOP');
  await fleet.edit(appConfig('v2'));
  process.kill(pid, 'SIGKILL');
  await fleet.operator.otherLeads(before);
  await succeeds(fleet, start, 'v2');
  const { spec } = (await fleet.reload(start.rollout)) ?? {};
  for (const { kind, name, digest } of spec?.sources ?? [])
    assert.match(await kubectl(['get', kind, `${name}-${digest}`, '-n', fleet.namespace, '-o', 'jsonpath={.data.version}']), /^v2$/);
  assert.equal(spec?.sources?.length, 1);
});

story('the leader is killed after it has recorded the wave, before a member has heard of it: each is asked once', async (fleet) => {
  const start = await atRest(fleet);
  const before = fleet.operator.identity();
  await whileSilent(fleet, Object.keys(start.old), async () => {
    await fleet.edit(appConfig('v3'));
    await fleet.until('wave 1 is recorded', (it) => it.rollout === start.rollout && it.wave === 1);
    fleet.operator.killLeader();
    await fleet.operator.otherLeads(before);
    assert.deepEqual(counts(since(start.old, fleet.told())), [0, 0, 0]);
  });
  await succeeds(fleet, start, 'v3');
});

story(
  'API server and etcd are killed in the bake: apps run on, one that dies starts on the last good, and nobody is asked',
  async (fleet) => {
    const start = await atRest(fleet);
    const [lastGood] = Object.values(await fleet.serving());
    const canary = await canaryBakes(fleet, start, 'v4');
    const [other = ''] = Object.keys(start.old).filter((name) => name !== canary);
    const app = pidOf(fleet.pod(other), 'app');
    for (const part of ['apiserver', 'etcd']) await onCluster('kill', part);
    try {
      // Longer than the Lease: whoever led knows by now that it leads no more, and has ended its streams.
      await stays('nobody is asked', () => toldBeside(canary, fleet, start).every((count) => count === 0), 6000);
      process.kill(app, 'SIGKILL');
      await until('it does not serve', async () => (await fleet.serving())[other] !== lastGood);
      await until('it serves again', async () => (await fleet.serving())[other] === lastGood);
      assert.deepEqual(Object.values(await fleet.serving()).toSorted(), [lastGood, lastGood, 'v4']);
      assert.deepEqual(toldBeside(canary, fleet, start), [0, 0]);
    } finally {
      for (const part of ['etcd', 'apiserver']) await onCluster('start', part);
      await onCluster('wait');
    }
    await succeeds(fleet, start, 'v4');
  },
);

story('a quota that refuses the kept revision pauses with its words, nobody is asked, and when it is lifted it goes on', async (fleet) => {
  const start = await atRest(fleet);
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight' }, spec: { hard: { 'count/configmaps': '1' } } };
  await kubectl(['apply', '-n', fleet.namespace, '-f', '-'], JSON.stringify(quota));
  const counted = ['get', 'resourcequota/tight', '-n', fleet.namespace, '-o', 'jsonpath={.status.used}'];
  await until('the quota counts', async () => (await kubectl(counted)) !== '');
  await fleet.edit(appConfig('v5'));
  const { because } = await fleet.until('it is Paused', ({ phase }) => phase === 'Paused');
  assert.match(because ?? '', /exceeded quota: tight/);
  await fleet.quiet(start.old);
  assert.equal(fleet.status().rollout, start.rollout - 1);
  await kubectl(['delete', 'resourcequota', 'tight', '-n', fleet.namespace]);
  await succeeds(fleet, start, 'v5');
});

story('somebody writes to the policy all the time: each conflict is read again, and no transition is lost', async (fleet) => {
  const start = await atRest(fleet);
  const policy = `/apis/fleetreload.dev/v1alpha1/namespaces/${fleet.namespace}/reloadpolicies/web`;
  const failed = await failedPasses(fleet);
  let isOver = false;
  const storm = (async () => {
    for (let n = 0; !isOver; n++) await fleet.cluster.kube.patch(policy, { metadata: { annotations: { n: String(n) } } }, 'merge');
  })();
  try {
    await fleet.edit(appConfig('v6'));
    const reload = await fleet.ended(start.rollout);
    assert.deepEqual(
      reload.status?.waves?.map(({ members }) => members),
      [1, 3],
    );
  } finally {
    isOver = true;
    await storm;
  }
  await succeeds(fleet, start, 'v6');
  // Else there was no storm: each conflict ends a pass, and nothing is published by it.
  assert.ok((await failedPasses(fleet)) > failed, 'no pass met a conflict');
});

async function failedPasses({ operator }: Fleet): Promise<number> {
  return Number(/^passes_total\{result="failed"\} (\d+)$/m.exec(await operator.metrics())?.[1] ?? 0);
}
