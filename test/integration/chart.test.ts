/** The chart on a real cluster: installed, tested, upgraded in the middle of a rollout, uninstalled and installed again. Nobody is signalled by any of it. */

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { each, openFleet, since } from '../support/fleet.ts';
import { isGolden } from '../support/golden.ts';
import { kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { applyOperator, followOperator, helm, SYSTEM } from '../support/operator.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const CHART = 'charts/fleet-reload';
const OLDER = olderChart(mkdtempSync(join(tmpdir(), 'fleet-reload-')));

const story = storiesOf(
  (cluster, operator) =>
    openFleet(
      'chart',
      nginxFleet({
        replicas: 2,
        waves: [
          { upTo: 1, bake: '2s' },
          { upTo: '100%', bake: '0s' },
        ],
        maxUnavailable: 1,
      }),
      cluster,
      operator,
    ),
  async (cluster) => {
    await applyOperator([], OLDER);
    return await followOperator(cluster);
  },
);

after(async () => {
  rmSync(OLDER, { recursive: true });
  await helm('uninstall', '--ignore-not-found', '--wait');
  await kubectl(['delete', 'namespace', SYSTEM, '--ignore-not-found', '--timeout=120s']);
});

story('helm test does a real rollout, by injected sidecars, and leaves nothing', async () => {
  await helm('test', '--timeout=3m');
  const left = await kubectl([
    'get',
    'namespaces',
    '-o',
    'jsonpath={range .items[?(@.status.phase=="Active")]}{.metadata.name}{"\\n"}{end}',
  ]);
  assert.ok(!left.split('\n').includes('fleet-reload-test'), left);
});

story('who approves may do what test/integration/charts/may-approver.txt lists, and change no policy', async ({ namespace }) => {
  await kubectl(['create', 'rolebinding', 'on-call', '--clusterrole=fleet-reload-approver', '--user=carol', '-n', namespace]);
  isGolden(`${import.meta.dirname}/charts/may-approver.txt`, await may('carol', namespace));
});

story('an upgrade to the same signals nobody', async (fleet) => {
  const old = fleet.told();
  await applyOperator([], OLDER);
  await fleet.quiet(old);
});

story(
  'an upgrade in the middle of a rollout brings new definitions and new replicas, and the rollout goes on: each app is told once',
  async (fleet) => {
    assert.doesNotMatch(await columns(), /Because/);
    const old = fleet.told();
    const rollout = (fleet.status().rollout ?? 0) + 1;
    await fleet.patch({
      waves: [
        { upTo: 1, bake: '2s' },
        { upTo: '100%', bake: '0s', approval: 'Required' },
      ],
    });
    await fleet.edit(page('v2'));
    await fleet.until('the canary has it', (status) => status.rollout === rollout && status.bakeStartedAt !== undefined);
    const before = fleet.operator.pods().map(({ metadata }) => metadata.name);
    await applyOperator(['logLevel=debug']);
    await until('all replicas are new', () => fleet.operator.pods().every(({ metadata }) => !before.includes(metadata.name)), 60_000);
    assert.match(await columns(), /Because/);

    await kubectl(['patch', 'reload', `web-${rollout}`, '-n', fleet.namespace, '--type=merge', '-p', '{"spec":{"approve":{"wave":2}}}']);
    assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
    assert.deepEqual(since(old, fleet.told()), each(old, 1));
  },
);

story('a rollback to the release before signals nobody', async (fleet) => {
  const old = fleet.told();
  await helm('rollback', '--wait', '--timeout=2m');
  await fleet.whole(2);
  await fleet.quiet(old);
});

story('uninstalled with a policy present: apps run on, a new pod starts on stable, and the policy stays', async (fleet) => {
  const old = fleet.told();
  await helm('uninstall', '--wait');
  await until('the operator is gone', () => fleet.operator.pods().length === 0, 60_000);
  await fleet.serves('v2');
  await fleet.scale(3);
  await kubectl(['rollout', 'status', 'deployment/web', '-n', fleet.namespace, '--timeout=120s']);
  await fleet.serves('v2');
  await fleet.quiet(old);
  assert.equal(await kubectl(['get', 'reloadpolicies', '-n', fleet.namespace, '-o', 'name']), 'reloadpolicy.fleetreload.dev/web\n');
});

story('installed again it takes the fleet up, signals nobody, and the next edit goes out', async (fleet) => {
  const old = fleet.told();
  await applyOperator();
  await fleet.whole(3);
  await fleet.quiet(old);
  await fleet.patch({ waves: [{ upTo: '100%', bake: '0s' }] });
  assert.equal((await fleet.rollOut(page('v3'))).status?.outcome, 'Succeeded');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story('uninstalled for good, the namespaces of policy and operator can be deleted', async (fleet) => {
  await helm('uninstall', '--wait');
  await kubectl(['delete', 'namespace', fleet.namespace, SYSTEM, '--timeout=120s']);
});

/** The chart of a version that did not show `because` yet, put into that folder. */
function olderChart(folder: string): string {
  cpSync(CHART, folder, { recursive: true });
  const file = join(folder, 'definitions/fleetreload.dev_reloadpolicies.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/ {8}- name: Because\n( {10}.*\n)+/, ''));
  return folder;
}

function columns(): Promise<string> {
  return kubectl(['get', 'crd', 'reloadpolicies.fleetreload.dev', '-o', 'jsonpath={.spec.versions[0].additionalPrinterColumns[*].name}']);
}

/** What `kubectl auth can-i --list` says, without what everybody may ask: about oneself, and where the API is. */
async function may(user: string, namespace: string): Promise<string> {
  const [, ...rows] = (await kubectl(['auth', 'can-i', '--list', '--as', user, '-n', namespace])).trimEnd().split('\n');
  const told = rows.filter((row) => /^[a-z]/.test(row) && !row.startsWith('self')).map((row) => row.replace(/ +/g, ' '));
  return `${told.toSorted((a, b) => (a < b ? -1 : 1)).join('\n')}\n`;
}
