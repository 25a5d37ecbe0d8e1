/** Pods that come and go while a rollout is under way. Their app takes 700 ms to reload, so that a wave of one at a time has a middle. */

import assert from 'node:assert/strict';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { pidOf, restartsOf } from '../support/containers.ts';
import { counts, each, type Fleet, openFleet, since, type Told } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-members',
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

story('a pod that joins mid-rollout boots on stable, and gets the candidate in the last wave', async (fleet) => {
  const old = fleet.told();
  await canaryBakes(fleet, 'v2');
  // No wave opens while a policy is paused.
  await fleet.patch({ paused: true });
  await fleet.scale(4);
  await fleet.whole(4);
  const [newcomer = ''] = Object.keys(fleet.told()).filter((name) => !(name in old));
  assert.deepEqual([(await fleet.serving())[newcomer], fleet.told()[newcomer]], ['v1', 0]);

  await fleet.patch({ paused: false });
  const reload = await fleet.ended(1);
  assert.equal(reload.status?.outcome, 'Succeeded');
  assert.deepEqual(fleet.told(), each(fleet.told(), 1));
  await fleet.serves('v2');
});

story('a pod that joins afterwards boots on the new stable, and is told nothing', async (fleet) => {
  const old = fleet.told();
  await fleet.scale(5);
  await fleet.whole(5);
  await fleet.serves('v2');
  await fleet.quiet(old);
  assert.equal(fleet.status().rollout, 1);
  await fleet.scale(4);
  await fleet.whole(4);
});

story('a canary that is deleted in its bake is picked again, and the bake begins again', async (fleet) => {
  const { canary, old } = await canaryBakes(fleet, 'v3');
  const before = fleet.statuses().length - 1;
  await kubectl(['delete', 'pod', canary, '-n', fleet.namespace, '--wait=false']);

  const reload = await fleet.ended(2);
  assert.equal(reload.status?.outcome, 'Succeeded');
  const bakes = new Set(
    fleet
      .statuses()
      .slice(before)
      .flatMap(({ wave, bakeStartedAt }) => (wave === 1 && bakeStartedAt ? [bakeStartedAt] : [])),
  );
  assert.equal(bakes.size, 2, `wave 1 baked from ${[...bakes].join(', ')}`);
  await whoWasThereIsToldOnce(fleet, old, 'v3');
});

story('pods that are deleted in the middle of a wave, one mid-reload and one yet to be asked, leave the count', async (fleet) => {
  const { canary, old } = await canaryBakes(fleet, 'v4');
  await until('the second one is told', () => counts(since(old, fleet.told())).filter((count) => count === 1).length === 2, 20_000);
  const told = since(old, fleet.told());
  const [asked = ''] = Object.keys(told).filter((name) => name !== canary && told[name] === 1);
  const [other = ''] = Object.keys(told).filter((name) => told[name] === 0);
  await kubectl(['delete', 'pod', asked, other, '-n', fleet.namespace, '--grace-period=0', '--force']);

  const reload = await fleet.ended(3);
  assert.equal(reload.status?.outcome, 'Succeeded');
  await whoWasThereIsToldOnce(fleet, old, 'v4');
});

story('a canary whose app is killed in its bake fails the gate, and nobody else was asked', async (fleet) => {
  const { canary, old } = await canaryBakes(fleet, 'v5');
  process.kill(pidOf(fleet.pod(canary), 'app'), 'SIGKILL');
  const reload = await fleet.ended(4);
  assert.equal(reload.status?.outcome, 'RolledBack');
  assert.match(reload.status?.because ?? '', new RegExp(`^${canary} (restarted after it applied|applied \\S+, and is not Ready any more)`));
  await fleet.whole(4);
  await fleet.serves('v4');
  assert.equal(restartsOf(fleet.pod(canary), 'app'), 1);
  const others = Object.entries(since(old, fleet.told())).filter(([name]) => name !== canary);
  assert.deepEqual(
    others.map(([, count]) => count),
    [0, 0, 0],
  );
});

async function canaryBakes(fleet: Fleet, version: string): Promise<{ readonly canary: string; readonly old: Told }> {
  const old = fleet.told();
  const rollout = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(appConfig(version));
  await fleet.until('the canary bakes', (it) => it.rollout === rollout && it.wave === 1 && it.bakeStartedAt !== undefined);
  const [canary, ...more] = Object.entries(since(old, fleet.told())).flatMap(([name, count]) => (count > 0 ? [name] : []));
  assert.ok(canary !== undefined && more.length === 0, 'there is one canary');
  return { canary, old };
}

/** A pod that came meanwhile may have started on the new stable already. */
async function whoWasThereIsToldOnce(fleet: Fleet, old: Told, version: string): Promise<void> {
  await fleet.whole(4);
  await fleet.serves(version);
  for (const [name, count] of Object.entries(since(old, fleet.told())))
    assert.ok(name in old ? count === 1 : count <= 1, `${name}: ${count}`);
}
