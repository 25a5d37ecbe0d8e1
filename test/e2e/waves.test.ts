/** Edits of one ConfigMap, good and bad, and a fleet of four nginx pods. What nginx was told is counted in its own log. */

import assert from 'node:assert/strict';
import { counts, each, type Fleet, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { badPage, nginxFleet, page, slowPoison } from '../support/nginx-fleet.ts';
import { letsNoRootIn } from '../support/pod-security.ts';
import { storiesOf } from '../support/story.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-waves',
    nginxFleet({
      replicas: 4,
      waves: [
        { upTo: 1, bake: '1s' },
        { upTo: '50%', bake: '1s' },
        { upTo: '100%', bake: '1s' },
      ],
      maxUnavailable: '50%',
    }),
    cluster,
    operator,
  ),
);

story('a new fleet is adopted: it runs what the source says, nobody was signalled, and the policy is Ready', async (fleet) => {
  assert.deepEqual(fleet.told(), each(fleet.told(), 0));
  await fleet.serves('v1');
  await kubectl(['wait', '-n', fleet.namespace, '--for=condition=Ready', 'reloadpolicy/web', '--timeout=30s']);
  assert.equal(fleet.status().rollout, 0);
});

story('PodSecurity restricted is enforced where the fleet lives', (fleet) => letsNoRootIn(fleet.namespace));

story('a good edit goes through the waves, and every pod is signalled exactly once', async (fleet) => {
  const reload = await fleet.rollOut(page('v2'));
  assert.deepEqual(fleet.told(), each(fleet.told(), 1));
  await fleet.serves('v2');
  assert.equal(reload.status?.outcome, 'Succeeded');
  assert.deepEqual(
    reload.status?.waves?.map(({ upTo, members }) => [upTo, members]),
    [
      ['1', 1],
      ['50%', 2],
      ['100%', 4],
    ],
  );
  assert.equal(fleet.status().stableRevision, reload.spec.revision);
  await kubectl(['wait', '-n', fleet.namespace, '--for=condition=Ready', 'reloadpolicy/web', '--timeout=30s']);
  // One when the policy was adopted; then at most one a wave and two more.
  const events = await fleet.events();
  assert.ok(events.length <= 1 + 3 + 2, events.map(({ reason }) => reason).join(' '));
});

story('a bad edit reaches one pod, is refused with what was seen of nginx, and is rolled back', async (fleet) => {
  const before = fleet.told();
  const served = new Set<string>();
  const rollout = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(badPage('v3'));
  await fleet.until('the bad edit is rolled back', async () => {
    for (const version of Object.values(await fleet.serving())) served.add(version);
    return fleet.status().rollout === rollout && fleet.status().outcome !== undefined;
  });
  const reload = await fleet.ended(rollout);
  // The canary: once for the candidate, and once for the way back.
  assert.deepEqual(counts(since(before, fleet.told())), [0, 0, 0, 2]);
  assert.deepEqual([...served], ['v2']);
  assert.equal(reload.status?.outcome, 'RolledBack');
  assert.match(reload.status?.because ?? '', /^web-\S+ refused \S+: nginx master \d+ kept its workers [\d, ]+ for 3s after SIGHUP/);
  assert.deepEqual(
    fleet.status().conditions?.map(({ type, status }) => `${type}=${status}`),
    ['Ready=False', 'Reconciling=False', 'Stalled=True'],
  );
});

story('the bad content is refused by quarantine when it is applied again, with the good one in between and without', async (fleet) => {
  const before = fleet.told();
  const rollouts = fleet.status().rollout;
  for (const [content, phase] of [
    [badPage('v3'), 'Degraded'],
    [page('v2'), 'Healthy'],
    [badPage('v3'), 'Degraded'],
  ] as const) {
    const version = await fleet.edit(content, { 'example.com/commit': `${Math.random()}` });
    await fleet.until(
      `the edit is seen, and the policy is ${phase}`,
      (status) => status.observedSources?.[0]?.resourceVersion === version && status.phase === phase,
    );
  }
  await fleet.quiet(before);
  assert.equal(fleet.status().rollout, rollouts);
});

story('a slow poison is taken by nginx and found in the bake: only the canary ever ran it', async (fleet) => {
  const before = fleet.told();
  await fleet.patch({ waves: [{ upTo: 1, bake: '60s' }, { upTo: '100%' }] });
  const reload = await fleet.rollOut(slowPoison('v4'));
  assert.equal(reload.status?.outcome, 'RolledBack');
  assert.match(reload.status?.because ?? '', /^web-\S+ applied \S+, and is not Ready any more$/);
  assert.deepEqual(counts(since(before, fleet.told())), [0, 0, 0, 2]);
  await fleet.serves('v2');
});

story('the fix goes through after all that', async (fleet) => {
  await fleet.applyPolicy();
  const before = fleet.told();
  const reload = await fleet.rollOut(page('v5'));
  assert.equal(reload.status?.outcome, 'Succeeded');
  assert.deepEqual(since(before, fleet.told()), each(before, 1));
  await fleet.serves('v5');
});

story('an edit of annotations alone is seen, and signals nobody', async (fleet) => {
  const before = fleet.told();
  const { rollout } = fleet.status();
  const version = await fleet.edit(page('v5'), { 'example.com/commit': 'another' });
  await fleet.until('the edit is seen', (status) => status.observedSources?.[0]?.resourceVersion === version);
  await fleet.quiet(before);
  assert.deepEqual([fleet.status().phase, fleet.status().rollout], ['Healthy', rollout]);
});

story('a deleted source pauses and says so, the fleet keeps what it has, and the same content again signals nobody', async (fleet) => {
  const before = fleet.told();
  const { rollout } = fleet.status();
  await kubectl(['delete', 'configmap', 'web-config', '-n', fleet.namespace]);
  await fleet.until('the policy is Paused', ({ phase }) => phase === 'Paused');
  assert.match(fleet.status().because ?? '', /ConfigMap web-config is not there/);
  await fleet.serves('v5');

  await fleet.edit(page('v5'));
  await fleet.until('the policy is Healthy again', ({ phase }) => phase === 'Healthy');
  await fleet.quiet(before);
  assert.equal(fleet.status().rollout, rollout);
});

story('the metrics say what a rollout does: two revisions alive in its canary, and one when it is over', async (fleet) => {
  await fleet.patch({
    waves: [
      { upTo: 1, bake: '0s' },
      { upTo: '100%', bake: '0s', approval: 'Required' },
    ],
  });
  const before = await measured(fleet);
  assert.deepEqual([before('config_revisions_live'), before('config_skew_seconds')], [1, 0]);
  const rollout = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(page('v6'));
  await fleet.until('wave 2 waits for approval', (status) => status.rollout === rollout && status.phase === 'Paused');
  await fleet.until('two revisions are alive', async () => (await measured(fleet))('config_revisions_live') === 2);
  const canary = await measured(fleet);
  assert.equal(canary('policy_phase', 'phase="Paused",outcome=""'), 1);
  assert.ok(canary('config_skew_seconds') > 0);
  const members = (metrics: Measured) =>
    ['total', 'managed', 'connected', 'applied'].map((it) => metrics('fleet_members', `state="${it}"`));
  assert.deepEqual(members(canary), [4, 4, 4, 1]);
  const follower = fleet.operator.pods().find(({ metadata }) => metadata.name !== fleet.operator.leader().metadata.name);
  const others = await (await fetch(`http://${follower?.status?.podIP}:9090/metrics`)).text();
  assert.match(others, /^leader 0$/m);
  assert.doesNotMatch(others, new RegExp(`^(config_|policy_|fleet_|current_).*"${fleet.namespace}"`, 'm'));

  await kubectl(['patch', 'reload', `web-${rollout}`, '-n', fleet.namespace, '--type=merge', '-p', '{"spec":{"approve":{"wave":2}}}']);
  assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
  await fleet.until('one revision is alive', async () => (await measured(fleet))('config_revisions_live') === 1);
  const after = await measured(fleet);
  assert.equal(after('config_skew_seconds'), 0);
  assert.deepEqual(members(after), [4, 4, 4, 4]);
  const succeeded = (metrics: Measured) => metrics('rollouts_total', 'outcome="Succeeded"');
  assert.equal(succeeded(after), succeeded(before) + 1);
});

/** A metric of the fleet's policy, by the labels that it has beside. */
type Measured = (name: string, labels?: string) => number;

async function measured(fleet: Fleet): Promise<Measured> {
  const text = await fleet.operator.metrics();
  return (name, labels) => {
    const series = `${name}{namespace="${fleet.namespace}",policy="web"${labels === undefined ? '' : `,${labels}`}} `;
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(series))
        ?.slice(series.length) ?? Number.NaN,
    );
  };
}
