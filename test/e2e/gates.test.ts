/** Gates that are measured: of an app that takes every config, says it is Ready, and is not well with some. With a real Prometheus. */

import assert from 'node:assert/strict';
import { before } from 'node:test';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { pidOf, restartsOf } from '../support/containers.ts';
import { counts, type Fleet, openFleet, since } from '../support/fleet.ts';
import { importImage, kubectl } from '../support/kubectl.ts';
import { applyOperator } from '../support/operator.ts';
import { prometheus } from '../support/prometheus.ts';
import { storiesOf } from '../support/story.ts';

before(() => importImage('prometheus'));

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-gates',
    appFleet({
      replicas: 3,
      waves: '[{ upTo: 1, bake: 4s }, { upTo: 100%, bake: 1s }]',
      maxUnavailable: 2,
      reloadMs: 0,
      source: 'ConfigMap',
    }),
    cluster,
    operator,
  ),
);

const HTTP = { name: 'health', port: 8080, path: '/health/config', jsonPath: '$.config', matches: '^ok$', interval: '1s', failures: 2 };

story('http: what the app says of itself over HTTP holds, and the edit reaches everybody', async (fleet) => {
  await gated(fleet, { http: [HTTP] });
  const { status } = await fleet.rollOut(appConfig('v2'));
  assert.equal(status?.outcome, 'Succeeded');
});

story('http: a canary that is Ready and says that it is not well goes back, and nobody else is told', async (fleet) => {
  const { because, canary } = await comesBack(fleet, appConfig('v3', { health: 'stale\u0007' }));
  assert.equal(because, `gate health: ${canary}:8080/health/config answered "stale\\u{7}", which does not match`);
});

story(
  'metrics: the canary is compared with the others at the same time, and an edit that changes nothing reaches everybody',
  async (fleet) => {
    const address = await prometheus(fleet.namespace);
    await gated(fleet, { metrics: [errors(address)] });
    const { status } = await fleet.rollOut(appConfig('v4'));
    assert.equal(status?.outcome, 'Succeeded');
  },
);

story('metrics: a canary with more errors than the others goes back', async (fleet) => {
  const { because } = await comesBack(fleet, appConfig('v5', { errors: 3 }));
  assert.equal(because, 'gate errors: 3 is above 0.5');
});

story('metrics: a query that Prometheus refuses holds the rollout and says why, until a person mends it', async (fleet) => {
  const address = await prometheus(fleet.namespace);
  await gated(fleet, { metrics: [{ ...errors(address), prometheus: { address, query: 'max(' } }] });
  await fleet.edit(appConfig('v6'));
  const { because } = await fleet.until('the rollout is held', ({ phase }) => phase === 'Paused');
  assert.match(because ?? '', /^gate errors: Prometheus at http:\S+ refuses the query: .*parse error/);
  await gated(fleet, { metrics: [errors(address)] });
  assert.equal((await fleet.ended(fleet.status().rollout ?? 0)).status?.outcome, 'Succeeded');
});

story('job: without the right to make Jobs the rollout is held and says what to do; with it, the test runs and passes', async (fleet) => {
  await gated(fleet, { job: smokeTest() });
  await fleet.edit(appConfig('v7'));
  const { because } = await fleet.until('the rollout is held', ({ phase }) => phase === 'Paused');
  assert.equal(because, 'gate job: the operator may not make Jobs here: set jobGate: true in the values of its Helm release');
  await applyOperator(['jobGate=true']);
  const { metadata, status, spec } = await fleet.ended(fleet.status().rollout ?? 0);
  assert.equal(status?.outcome, 'Succeeded');
  const logs = await kubectl(['logs', '-n', fleet.namespace, `job/${metadata.name}-w1-gate`]);
  assert.match(logs, new RegExp(`^${spec.revision} of 1: ok\n$`));
});

story('job: a smoke test that fails takes the canary back, with its last line as the reason', async (fleet) => {
  const { because } = await comesBack(fleet, appConfig('v8', { health: 'stale' }));
  assert.match(because, /^gate job: its Job failed: [0-9a-f]{16} of 1: stale \| expected ok$/);
});

story('job: the next leader takes up the Job that runs, and makes no second one', async (fleet) => {
  await gated(fleet, { job: smokeTest('setTimeout(() => {}, 10000)') });
  const rollout = (fleet.status().rollout ?? 0) + 1;
  const uid = () =>
    kubectl(['get', 'job', '-n', fleet.namespace, `web-${rollout}-w1-gate`, '-o', 'jsonpath={.metadata.uid}', '--ignore-not-found']);
  await fleet.edit(appConfig('v9'));
  await fleet.until('the smoke test runs', async () => (await uid()) !== '');
  const first = await uid();
  const leader = fleet.operator.identity();
  fleet.operator.killLeader();
  await fleet.operator.otherLeads(leader);
  assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
  assert.equal(await uid(), first);
});

story('job: a Job that still runs when its gate is taken out of the policy is taken away', async (fleet) => {
  await gated(fleet, { job: smokeTest('setTimeout(() => {}, 3600000)') });
  const jobs = () => kubectl(['get', 'jobs', '-n', fleet.namespace, '-o', 'name']);
  const rollout = (fleet.status().rollout ?? 0) + 1;
  const name = `job.batch/web-${rollout}-w1-gate`;
  await fleet.edit(appConfig('v10'));
  await fleet.until('the smoke test runs', async () => (await jobs()).includes(name));
  await gated(fleet, { readiness: { restarts: 0 } });
  assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
  await fleet.until('the Job is gone', async () => !(await jobs()).includes(name));
});

story(
  'readiness: an app that ends in its bake, as often as the policy allows, is waited for, and the edit reaches everybody',
  async (fleet) => {
    await gated(fleet, { readiness: { restarts: 1 } });
    const before = fleet.told();
    const rollout = (fleet.status().rollout ?? 0) + 1;
    await fleet.edit(appConfig('v11'));
    await fleet.until('the canary bakes', (it) => it.rollout === rollout && it.wave === 1 && it.bakeStartedAt !== undefined);
    const [canary = ''] = Object.entries(since(before, fleet.told())).flatMap(([name, count]) => (count > 0 ? [name] : []));
    process.kill(pidOf(fleet.pod(canary), 'app'), 'SIGKILL');
    const reload = await fleet.ended(rollout);
    assert.equal(reload.status?.outcome, 'Succeeded', reload.status?.because);
    assert.equal(restartsOf(fleet.pod(canary), 'app'), 1);
    const said = fleet.statuses().flatMap(({ because }) => because ?? []);
    assert.ok(
      said.some((because) => because.startsWith(`wave 1 of 2 bakes: ${canary} restarted after it applied`)),
      'it was said',
    );
  },
);

/** The policy's gates, and no others. */
function gated(fleet: Fleet, gates: object): Promise<void> {
  return fleet.patch({ gates: { http: null, metrics: null, job: null, ...gates } });
}

/** An edit that the canary takes and that is then taken back: it is told twice, and the others never. */
async function comesBack(fleet: Fleet, content: string): Promise<{ readonly because: string; readonly canary: string }> {
  const before = fleet.told();
  const reload = await fleet.rollOut(content);
  assert.equal(reload.status?.outcome, 'RolledBack');
  const told = since(before, fleet.told());
  assert.deepEqual(counts(told), [0, 0, 2]);
  const [canary = ''] = Object.entries(told).flatMap(([name, count]) => (count > 0 ? [name] : []));
  return { because: reload.status?.because ?? '', canary };
}

function errors(address: string): object {
  const query = 'max(app_errors{pod=~"{{canary}}"}) - max(app_errors{pod=~"{{control}}"})';
  return { name: 'errors', prometheus: { address, query }, max: 0.5, interval: '1s' };
}

/** Asks the canaries what they say of themselves. */
function smokeTest(script = ASK): object {
  return {
    template: {
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'test',
            image: 'localhost/node:24',
            command: ['node', '-e', script],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    },
    timeout: '60s',
  };
}

const ASK = `
const { FLEET_RELOAD_REVISION: revision, FLEET_RELOAD_CANARY_IPS: ips } = process.env;
Promise.all(ips.split(',').map(async (ip) => (await (await fetch('http://' + ip + ':8080/health/config')).json()).config)).then((said) => {
  console.log(revision + ' of ' + said.length + ': ' + said.join());
  if (said.some((it) => it !== 'ok')) {
    console.log('expected ok');
    process.exitCode = 1;
  }
});
`;
