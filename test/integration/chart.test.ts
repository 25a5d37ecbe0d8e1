/** The chart on a real cluster: the one before, upgraded to this one in the middle of a rollout, rolled back, uninstalled, installed again, tested. None of it signals anybody. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { each, type Kind, openFleet, since } from '../support/fleet.ts';
import { isGolden } from '../support/golden.ts';
import { importImage, kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { applyChart, applyOperator, followOperator, helm, SYSTEM } from '../support/operator.ts';
import { previousInto } from '../support/previous.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const SIDECAR = 'localhost/fleet-reload-sidecar';
const FOLDER = mkdtempSync(join(tmpdir(), 'fleet-reload-'));
const { commit, chart, images } = previousInto(FOLDER);
const applyPrevious = () => applyChart(chart, ['image.tag=previous', 'sidecar.image.tag=previous']);

const story = storiesOf(
  (cluster, operator) =>
    openFleet(
      'chart',
      withSidecar(
        'previous',
        nginxFleet({
          replicas: 2,
          waves: [
            { upTo: 1, bake: '2s' },
            { upTo: '100%', bake: '0s' },
          ],
          maxUnavailable: 1,
        }),
      ),
      cluster,
      operator,
    ),
  async (cluster) => {
    console.log(`before: ${commit}`);
    for (const image of images) await importImage(image);
    withoutBecause(chart);
    await applyPrevious();
    return await followOperator(cluster);
  },
);

after(async () => {
  rmSync(FOLDER, { recursive: true });
  await helm('uninstall', '--ignore-not-found', '--wait');
  await kubectl(['delete', 'namespace', SYSTEM, '--ignore-not-found', '--timeout=120s']);
});

story('an upgrade to the same signals nobody', async (fleet) => {
  const old = fleet.told();
  await applyPrevious();
  await fleet.quiet(old);
});

story(
  'an upgrade in the middle of a rollout brings new definitions and new replicas, and the rollout ends by the sidecars of before: each app is told once',
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
    const { spec, status } = await fleet.ended(rollout);
    assert.equal(status?.outcome, 'Succeeded');
    assert.equal(await tagsIn(fleet.namespace, 'initContainers'), 'previous');
    await fleet.until('the edit is stable', ({ stableRevision }) => stableRevision === spec.revision);
    await fleet.serves('v2');
    assert.deepEqual(since(old, fleet.told()), each(old, 1));
  },
);

story('a rollback to the release before signals nobody, and its operator does a rollout with the sidecars of this one', async (fleet) => {
  await kubectl(['set', 'image', 'deployment/web', `fleet-reload=${SIDECAR}:dev`, '-n', fleet.namespace]);
  await kubectl(['rollout', 'status', 'deployment/web', '-n', fleet.namespace, '--timeout=120s']);
  await fleet.whole(2);
  const old = fleet.told();
  await helm('rollback', '--wait', '--timeout=2m');
  await fleet.whole(2);
  await fleet.quiet(old);
  await until('the replicas of this one are gone', async () => (await tagsIn(SYSTEM, 'containers')) === 'previous', 60_000);
  assert.equal(await tagsIn(fleet.namespace, 'initContainers'), 'dev');

  await fleet.patch({ waves: [{ upTo: '100%', bake: '0s' }] });
  assert.equal((await fleet.rollOut(page('v3'))).status?.outcome, 'Succeeded');
  await fleet.serves('v3');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story('uninstalled with a policy present: apps run on, a new pod starts on stable, and the policy stays', async (fleet) => {
  const old = fleet.told();
  await helm('uninstall', '--wait');
  await until('the operator is gone', () => fleet.operator.pods().length === 0, 60_000);
  await fleet.serves('v3');
  await fleet.scale(3);
  await kubectl(['rollout', 'status', 'deployment/web', '-n', fleet.namespace, '--timeout=120s']);
  await fleet.serves('v3');
  await fleet.quiet(old);
  assert.equal(await kubectl(['get', 'reloadpolicies', '-n', fleet.namespace, '-o', 'name']), 'reloadpolicy.fleetreload.dev/web\n');
});

story('installed again it takes the fleet up, signals nobody, and the next edit goes out', async (fleet) => {
  const old = fleet.told();
  await applyOperator();
  await fleet.whole(3);
  await fleet.quiet(old);
  assert.equal((await fleet.rollOut(page('v4'))).status?.outcome, 'Succeeded');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
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

story('uninstalled for good, the namespaces of policy and operator can be deleted', async (fleet) => {
  await helm('uninstall', '--wait');
  await kubectl(['delete', 'namespace', fleet.namespace, SYSTEM, '--timeout=120s']);
});

/** As if that chart did not show `because` yet, so that one sees the definitions upgraded. */
function withoutBecause(chart: string): void {
  const file = join(chart, 'definitions/fleetreload.dev_reloadpolicies.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/ {8}- name: Because\n( {10}.*\n)+/, ''));
}

function withSidecar(tag: string, kind: Kind): Kind {
  return { ...kind, manifests: { ...kind.manifests, pods: kind.manifests.pods.replace(`${SIDECAR}:dev`, `${SIDECAR}:${tag}`) } };
}

/** Of the first container of each pod: one, where all have the same. */
async function tagsIn(namespace: string, containers: 'containers' | 'initContainers'): Promise<string> {
  const images = await kubectl(['get', 'pods', '-n', namespace, '-o', `jsonpath={.items[*].spec.${containers}[0].image}`]);
  return [...new Set(images.split(' ').map((image) => image.replace(/^.*:/, '')))].join(' ');
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
