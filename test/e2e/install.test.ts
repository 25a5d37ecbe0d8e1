/** The operator and policies come and go over a fleet that runs: nginx is signalled only where its files change. */

import assert from 'node:assert/strict';
import { each, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { applyOperator, SYSTEM } from '../support/operator.ts';
import { stays } from '../support/stays.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';
import { writesOf } from '../support/writes.ts';

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-install',
    nginxFleet({
      replicas: 3,
      waves: [
        { upTo: 1, bake: '2s' },
        { upTo: '100%', bake: '0s' },
      ],
      maxUnavailable: 2,
    }),
    cluster,
    operator,
  ),
);

story('operator and policy are installed over a running fleet: it is adopted, and nobody is signalled', async (fleet) => {
  const { stableRevision } = fleet.status();
  const old = fleet.told();
  await kubectl(['delete', 'deployment', 'fleet-reload', '-n', SYSTEM]);
  await kubectl(['delete', 'reloadpolicy', 'web', '-n', fleet.namespace]);
  await until('the operator is gone', () => fleet.operator.pods().length === 0);
  await fleet.serves('v1');

  await fleet.applyPolicy();
  await applyOperator();
  await fleet.operator.settle();
  await fleet.whole(3);
  const status = await fleet.until('it is adopted', ({ phase, rollout }) => phase === 'Healthy' && rollout === 0);
  assert.equal(status.stableRevision, stableRevision);
  await fleet.quiet(old);
});

story('a policy that is deleted and made again adopts too, and its next rollout is recorded', async (fleet) => {
  await fleet.rollOut(page('v2'));
  const old = fleet.told();
  await kubectl(['delete', 'reloadpolicy', 'web', '-n', fleet.namespace]);
  await fleet.applyPolicy();
  await fleet.until('it is adopted', ({ phase, stableRevision }) => phase === 'Healthy' && stableRevision !== undefined);
  await fleet.quiet(old);

  const { stableRevision } = fleet.status();
  await fleet.edit(page('v3'));
  await fleet.until('v3 is stable', (status) => status.outcome === 'Succeeded' && status.stableRevision !== stableRevision);
  const { rollout = 0, stableRevision: v3 } = fleet.status();
  await until(`Reload web-${rollout} records it`, async () => (await fleet.reload(rollout))?.spec.revision === v3);
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story('a policy is deleted mid-rollout: kubectl returns at once, members stay where they are, and a new one goes on', async (fleet) => {
  const old = fleet.told();
  await fleet.edit(page('v4'));
  await fleet.until('the canary bakes', ({ bakeStartedAt }) => bakeStartedAt !== undefined);
  const began = performance.now();
  await kubectl(['delete', 'reloadpolicy', 'web', '-n', fleet.namespace, '--timeout=5s']);
  console.log(`kubectl delete reloadpolicy took ${Math.round(performance.now() - began)} ms`);
  const asItWas = fleet.told();
  // Longer than the bake that was under way.
  await stays('nobody is told', () => Object.entries(fleet.told()).every(([name, count]) => count === asItWas[name]), 4000);
  assert.deepEqual(Object.values(await fleet.serving()).toSorted(), ['v3', 'v3', 'v4']);

  await fleet.applyPolicy();
  await fleet.until('v4 is stable', ({ phase, stableRevision }) => phase === 'Healthy' && stableRevision !== undefined);
  await fleet.serves('v4');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
});

story('two policies claim the same pods: the older one has them, the other says conflict and sends nothing', async (fleet) => {
  const old = fleet.told();
  const { rollout = 0 } = fleet.status();
  const web = JSON.parse(await kubectl(['get', 'reloadpolicy', 'web', '-n', fleet.namespace, '-o', 'json'])) as { spec: object };
  const younger = { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata: { name: 'web-too' }, spec: web.spec };
  await kubectl(['apply', '-n', fleet.namespace, '-f', '-'], JSON.stringify(younger));
  await until('the younger one is Paused', () => fleet.status('web-too').phase === 'Paused');
  assert.match(
    fleet.status('web-too').because ?? '',
    /^conflict: pod web-\S+ is a member of the older policy web too, so that this one sends nothing$/,
  );

  await fleet.rollOut(page('v5'));
  await fleet.serves('v5');
  assert.deepEqual(since(old, fleet.told()), each(old, 1));
  assert.equal(fleet.status().rollout, rollout + 1);
  assert.equal(fleet.status('web-too').phase, 'Paused');
  const reloads = await kubectl(['get', 'reloads', '-n', fleet.namespace, '-o', 'jsonpath={.items[*].spec.policy}']);
  assert.deepEqual([...new Set(reloads.split(' '))], ['web']);
  await kubectl(['delete', 'reloadpolicy', 'web-too', '-n', fleet.namespace]);
});

story('an idle fleet causes no writes to the API but the Lease, for twenty seconds', async (fleet) => {
  await fleet.whole(3);
  // Counts of members are written some seconds after they changed.
  await fleet.until('all is said', ({ members }) => members?.connected === 3 && members.applied === 3);
  const [before, lease] = [await writesOf(fleet), await leaseOf(fleet)];
  await stays(
    'nothing changes in status',
    (
      (count) => () =>
        fleet.statuses().length === count
    )(fleet.statuses().length),
    20_000,
  );
  assert.deepEqual(await writesOf(fleet), before);
  assert.notEqual(await leaseOf(fleet), lease);
});

async function leaseOf({ cluster }: { readonly cluster: { readonly kube: { get: (path: string) => Promise<unknown> } } }): Promise<string> {
  const lease = (await cluster.kube.get(`/apis/coordination.k8s.io/v1/namespaces/${SYSTEM}/leases/fleet-reload`)) as {
    metadata: { resourceVersion: string };
  };
  return lease.metadata.resourceVersion;
}
