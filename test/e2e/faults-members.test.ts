/** Members that are silent, dead or not there in the middle of a rollout. They are of a StatefulSet: who comes back has the same name. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { pidOf, restartsOf } from '../support/containers.ts';
import { each, type Fleet, type Kind, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { atRest, canaryBakes, canaryIsTold, toldBeside, whileSilent } from '../support/one-rollout.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-faults-members',
    asStatefulSet(
      appFleet({
        replicas: 3,
        waves: '[{ upTo: 1, bake: 2s }, { upTo: 100%, bake: 1s }]',
        maxUnavailable: 1,
        reloadMs: 700,
        source: 'ConfigMap',
      }),
    ),
    cluster,
    operator,
  ),
);

story('a sidecar that is silent before its wave opens is passed over and listed, and asked when it is back', async (fleet) => {
  const { old, rollout } = await atRest(fleet);
  const silent = 'web-1';
  await whileSilent(fleet, [silent], async () => {
    await until('it is known to be away', () => !fleet.operator.connected(fleet.namespace).has(silent), 60_000);
    await fleet.edit(appConfig('v2'));
    const reload = await fleet.ended(rollout);
    assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
    assert.deepEqual(since(old, fleet.told()), { ...each(old, 1), [silent]: 0 });
    await fleet.until('it is named', ({ because }) => because?.endsWith(`and these do not run it yet: ${silent} is away`) ?? false);
  });
  await servesSoon(fleet, 'v2');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story('a sidecar that falls silent after it was asked counts as failed, and goes back when it is back', async (fleet) => {
  const start = await atRest(fleet);
  const canary = await canaryIsTold(fleet, start, 'v3');
  await whileSilent(fleet, [canary], async () => {
    await fleet.until('it is given up', (it) => it.quarantined?.at(-1)?.rollout === start.rollout);
    assert.match(fleet.status().because ?? '', new RegExp(`^${canary} `));
    assert.deepEqual(toldBeside(canary, fleet, start), [0, 0]);
  });
  await servesSoon(fleet, 'v2');
  assert.equal((await fleet.ended(start.rollout)).status?.outcome, 'RolledBack');
  assert.deepEqual(toldBeside(canary, fleet, start), [0, 0]);
});

story(
  'a canary that is deleted and comes back under its name is another member: it boots on stable, and the bake begins again',
  async (fleet) => {
    const start = await atRest(fleet);
    const seen = fleet.statuses().length;
    const canary = await canaryBakes(fleet, start, 'v4');
    const { uid } = fleet.pod(canary).metadata;
    await kubectl(['delete', 'pod', canary, '-n', fleet.namespace, '--wait=false']);
    const reload = await fleet.ended(start.rollout);
    assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
    const bakes = fleet
      .statuses()
      .slice(seen)
      .flatMap(({ wave, bakeStartedAt }) => (wave === 1 && bakeStartedAt ? [bakeStartedAt] : []));
    assert.equal(new Set(bakes).size, 2);
    await fleet.whole(3);
    assert.notEqual(fleet.pod(canary).metadata.uid, uid);
    await servesSoon(fleet, 'v4');
    assert.deepEqual(toldBeside(canary, fleet, start), [1, 1]);
  },
);

story('who is scaled to zero in the middle of a rollout is waited for, and that is said', async (fleet) => {
  const start = await atRest(fleet);
  await canaryBakes(fleet, start, 'v5');
  await scale(fleet, 0);
  await fleet.until('it says so', ({ phase, because }) => phase === 'Progressing' && because === 'waiting for members: there are none');
  // Nobody is Ready for a moment: whose app is only starting is not asked for what it cannot answer yet.
  await scale(fleet, 3);
  const reload = await fleet.ended(start.rollout);
  assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
  await fleet.whole(3);
  await servesSoon(fleet, 'v5');
  assert.deepEqual(fleet.told(), each(fleet.told(), 1));
});

story('an app in a crash loop keeps the last good, is told nothing until it is alive, and runs the new one then', async (fleet) => {
  const start = await atRest(fleet);
  const broken = 'web-2';
  const lastGood = (await fleet.serving())[broken];
  // It is unavailable itself.
  await fleet.patch({ maxUnavailable: 2 });
  // The kubelet starts it at once, then after 10 s, then after 20 s.
  for (const restarts of [0, 1, 2]) {
    await until('its app runs', () => restartsOf(fleet.pod(broken), 'app') === restarts && isRunning(fleet, broken), 60_000);
    process.kill(pidOf(fleet.pod(broken), 'app'), 'SIGKILL');
  }
  await until('it is down, and made to wait', () => restartsOf(fleet.pod(broken), 'app') === 2 && !isRunning(fleet, broken));
  const canary = await canaryIsTold(fleet, start, 'v6');
  assert.notEqual(canary, broken);
  assert.deepEqual([isRunning(fleet, broken), filesOf(fleet, broken)], [false, lastGood]);
  const reload = await fleet.ended(start.rollout);
  assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
  await fleet.whole(3);
  await servesSoon(fleet, 'v6');
  assert.ok((since(start.old, fleet.told())[broken] ?? 0) <= 1);
  assert.deepEqual(toldBeside(broken, fleet, start), [1, 1]);
});

function asStatefulSet(kind: Kind): Kind {
  const pods = kind.manifests.pods
    .replace('kind: Deployment', 'kind: StatefulSet')
    .replace('\nspec:\n  replicas', '\nspec:\n  serviceName: web\n  podManagementPolicy: Parallel\n  replicas');
  return { ...kind, manifests: { ...kind.manifests, pods } };
}

async function scale(fleet: Fleet, replicas: number): Promise<void> {
  await kubectl(['scale', '-n', fleet.namespace, 'statefulset/web', `--replicas=${replicas}`]);
}

/** Who was away or is being made has to dial first. */
async function servesSoon(fleet: Fleet, version: string): Promise<void> {
  await until(`all serve ${version}`, async () => Object.values(await fleet.serving()).every((it) => it === version), 60_000);
}

/** What version the files are, as the sidecar sees them: the app may be down. */
function filesOf(fleet: Fleet, name: string): string {
  return readFileSync(`/proc/${pidOf(fleet.pod(name), 'fleet-reload')}/root/fleet/files/configmaps/web-config/version`, 'utf8');
}

function isRunning(fleet: Fleet, name: string): boolean {
  return fleet.pod(name).status?.containerStatuses?.find((it) => it.name === 'app')?.state?.running !== undefined;
}
