/** An app that is told over HTTP and says over HTTP what it runs; its config is a Secret. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { CANARY } from '../support/canary.ts';
import { linesOf } from '../support/containers.ts';
import { counts, each, type Fleet, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const PASSWORD = CANARY;

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-secret',
    appFleet({ replicas: 3, waves: '[{ upTo: 1, bake: 1s }, { upTo: 100%, bake: 0s }]', maxUnavailable: 2, reloadMs: 0, source: 'Secret' }),
    cluster,
    operator,
  ),
);

story('a good edit of a Secret is Confirmed by every app, told once each', async (fleet) => {
  const old = fleet.told();
  const reload = await fleet.rollOut(good('v2'));
  assert.equal(reload.status?.outcome, 'Succeeded');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
  await fleet.serves('v2');
  await fleet.until('all three are confirmed', ({ members }) => members?.confirmed === 3);
});

story('an app that answers 500 refuses with the status and the first line of its answer, and goes back', async (fleet) => {
  const old = fleet.told();
  const reload = await fleet.rollOut(appConfig('v3', { password: PASSWORD, refuse: 'pool.size: "many" is no number' }));
  assert.equal(reload.status?.outcome, 'RolledBack');
  assert.match(
    reload.status?.because ?? '',
    /^web-\S+ refused \S+: POST 127\.0\.0\.1:8080\/-\/reload answered 500: pool\.size: "many" is no number; back on \S+$/,
  );
  assert.doesNotMatch(reload.status?.because ?? '', /second line/);
  assert.deepEqual(counts(since(old, fleet.told())), [0, 0, 2]);
  await fleet.serves('v2');
});

story("the metrics have the field's names and labels, and say the stable revision only", async (fleet) => {
  const text = await fleet.operator.metrics();
  const of = (name: string, reason: string) =>
    Number(
      new RegExp(`^${name}\\{namespace="${fleet.namespace}",policy="web",reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN,
    );
  assert.equal(of('reload_total', 'Confirmed'), of('reload_success_total', 'Confirmed'));
  assert.equal(of('reload_success_total', 'Confirmed'), 3);
  assert.equal(of('reload_failure_total', 'refused'), 1);
  assert.match(text, new RegExp(`^reload_duration_seconds_count\\{namespace="${fleet.namespace}",policy="web"\\} 3$`, 'm'));
  const versions = text.split('\n').filter((line) => line.startsWith(`current_config_version{namespace="${fleet.namespace}"`));
  assert.deepEqual(versions, [
    `current_config_version{namespace="${fleet.namespace}",policy="web",version="${fleet.status().stableRevision}"} 1`,
  ]);
});

story('what is in the Secret is in no log, status, event, Reload or metric, nor is any digest of it', async (fleet) => {
  // The pods did get it.
  await fleet.edit(good('v4'));
  await until('v4 is everywhere', async () => Object.values(await fleet.serving()).every((version) => version === 'v4'), 30_000);
  const file = good('v4');
  const secrets = [
    PASSWORD,
    Buffer.from(file).toString('base64').slice(4, -4),
    createHash('sha256').update(file).digest('hex').slice(0, 16),
  ];
  for (const [where, text] of Object.entries(await everythingSaid(fleet))) {
    assert.ok(text.length > 20, `${where} says something`);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${where} has ${secret}`);
  }
});

function good(version: string): string {
  return appConfig(version, { password: PASSWORD });
}

async function everythingSaid(fleet: Fleet): Promise<Readonly<Record<string, string>>> {
  const { namespace, operator } = fleet;
  const get = (what: string) => kubectl(['get', what, '-n', namespace, '-o', 'json']);
  return {
    "the operator's logs": operator
      .pods()
      .flatMap((pod) => linesOf(pod, 'operator'))
      .join('\n'),
    "the sidecars' logs": fleet
      .pods()
      .flatMap((pod) => linesOf(pod, 'fleet-reload'))
      .join('\n'),
    'the policy': await get('reloadpolicies'),
    Reloads: await get('reloads'),
    events: await get('events'),
    ConfigMaps: await get('configmaps'),
    pods: await get('pods'),
    metrics: await operator.metrics(),
  };
}
