/** Runs behind all other e2e tests: the canary in their Secrets is said nowhere, whatever was killed, refused or rolled back meanwhile. */

import assert from 'node:assert/strict';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { CANARY, hitsIn } from '../support/canary.ts';
import { openFleet } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { everythingSaid } from '../support/said.ts';
import { storiesOf } from '../support/story.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-hygiene',
    appFleet({ replicas: 2, waves: '[{ upTo: 1, bake: 1s }, { upTo: 100%, bake: 0s }]', maxUnavailable: 1, reloadMs: 0, source: 'Secret' }),
    cluster,
    operator,
  ),
);

story('a Secret goes to every member, and one that its app quotes as it refuses comes back', async (fleet) => {
  const good = await fleet.rollOut(appConfig('v2', { password: CANARY }));
  assert.equal(good.status?.outcome, 'Succeeded', good.status?.because);
  const bad = await fleet.rollOut(appConfig('v3', { refuse: `cannot log in with ${CANARY}` }));
  assert.equal(bad.status?.outcome, 'RolledBack');
  assert.match(bad.status?.because ?? '', /refused \S+: POST \S+ answered 500: cannot log in with /);
});

story(
  'of all logs, objects, Events, metrics, arguments and environments of the run, none has the canary that is in the Secrets',
  async ({ namespace, operator }) => {
    const said = await everythingSaid(operator);
    for (const where of [
      new RegExp(`/podlogs/${namespace}_web-\\S+/fleet-reload/`),
      /\/podlogs\/fleet-reload-system_fleet-reload-\S+\/operator\//,
      new RegExp(`^ReloadPolicy ${namespace}/web$`),
      new RegExp(`^Reload ${namespace}/web-2$`),
      new RegExp(`^Event ${namespace}/`),
      /^metrics of fleet-reload-/,
      /^argv of process/,
      /^environment of process/,
    ])
      assert.ok(
        said.some((it) => where.test(it.where) && it.text !== ''),
        `${where} was looked at`,
      );
    assert.ok(!said.some(({ where }) => where.startsWith('Secret ')));
    assert.deepEqual(hitsIn(said), []);
  },
);

story('what is planted in a ConfigMap, as it is or in base64, is found', async ({ namespace, operator }) => {
  const planted = { 'as-it-is': CANARY, encoded: Buffer.from(`user:${CANARY}`).toString('base64') };
  for (const [name, text] of Object.entries(planted))
    await kubectl(['create', 'configmap', name, '-n', namespace, `--from-literal=a=${text}`]);
  try {
    const hits = hitsIn(await everythingSaid(operator));
    assert.deepEqual(
      hits.toSorted(),
      Object.keys(planted).map((name) => `ConfigMap ${namespace}/${name}`),
    );
  } finally {
    await kubectl(['delete', 'configmap', '-n', namespace, ...Object.keys(planted)]);
  }
});
