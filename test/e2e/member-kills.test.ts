/** Apps that watch their files: the swap tells them, they prove what they run over HTTP, and their sidecars are killed on both ways. */

import assert from 'node:assert/strict';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { pidOf, restartsOf } from '../support/containers.ts';
import { type Fleet, openFleet, since } from '../support/fleet.ts';
import { atRest, canaryIsTold, type Start, succeeds, toldBeside } from '../support/one-rollout.ts';
import { kubectl } from '../support/kubectl.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-member-kills',
    appFleet({
      replicas: 3,
      waves: '[{ upTo: 1, bake: 2s }, { upTo: 100%, bake: 1s }]',
      maxUnavailable: 1,
      reloadMs: 1000,
      source: 'ConfigMap',
      watches: true,
    }),
    cluster,
    operator,
  ),
);

story('apps that watch their files see one swap each, and every ack is Confirmed', async (fleet) => {
  const start = await atRest(fleet);
  await fleet.edit(appConfig('v2'));
  await succeeds(fleet, start, 'v2');
  assert.equal(fleet.status().members?.confirmed, 3);
});

story('a canary that keeps its old config is swapped back and proved to be back, and nobody else sees anything', async (fleet) => {
  const start = await atRest(fleet);
  const canary = await canaryIsTold(fleet, start, 'v3', { refuse: 'not this one' });
  await goesBack(fleet, start, canary);
});

story('the sidecar of the canary is killed while its app takes the files: it sees one swap, and the rollout goes on', async (fleet) => {
  const start = await atRest(fleet);
  const canary = await canaryIsTold(fleet, start, 'v4');
  await killSidecar(fleet, canary);
  await succeeds(fleet, start, 'v4');
});

story('the sidecar is killed as it has swapped back: the app sees no other swap, and the rollout ends as RolledBack', async (fleet) => {
  await replaceKilled(fleet);
  const start = await atRest(fleet);
  const canary = await canaryIsTold(fleet, start, 'v5', { refuse: 'not this one' });
  await until('it is swapped back', () => since(start.old, fleet.told())[canary] === 2);
  await killSidecar(fleet, canary);
  await goesBack(fleet, start, canary);
});

/** Once for the candidate, and once for the way back. */
async function goesBack(fleet: Fleet, start: Start, canary: string): Promise<void> {
  const reload = await fleet.ended(start.rollout);
  assert.equal(reload.status?.outcome, 'RolledBack', reload.status?.because);
  assert.match(reload.status?.because ?? '', /GET 127\.0\.0\.1:8080\/version answered "v\d" for 6s, not "v\d"; back on [0-9a-f]{16}$/);
  await fleet.whole(3);
  await fleet.serves(String(Object.values(await fleet.serving())[0]));
  assert.equal(since(start.old, fleet.told())[canary], 2);
  assert.deepEqual(toldBeside(canary, fleet, start), [0, 0]);
}

async function killSidecar(fleet: Fleet, name: string): Promise<void> {
  const restarts = restartsOf(fleet.pod(name), 'fleet-reload');
  process.kill(pidOf(fleet.pod(name), 'fleet-reload'), 'SIGKILL');
  await until('its sidecar is started again', () => restartsOf(fleet.pod(name), 'fleet-reload') > restarts);
}

/** The kubelet makes a container wait for 10 s the second time: longer than the rollout waits for its member. */
async function replaceKilled(fleet: Fleet): Promise<void> {
  const killed = fleet.pods().filter((pod) => restartsOf(pod, 'fleet-reload') > 0);
  assert.ok(killed.length > 0, 'the story before killed one');
  await kubectl(['delete', 'pod', '-n', fleet.namespace, ...killed.map((pod) => pod.metadata.name)]);
}
