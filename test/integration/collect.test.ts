/** Kept revisions are collected, on a real API server: what nothing refers to goes, and by our label only. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, type Kube } from '../../operator/kube/client.ts';
import { openRecall } from '../../operator/recall.ts';
import { ALL_RIGHTS, SEES_ALL } from '../../operator/rights.ts';
import { collectRevisions, type Collecting } from '../../operator/reloads/collect.ts';
import { until } from '../support/until.ts';
import { aReload } from '../../operator/reloads/testing/a-reload.ts';

const NAMESPACE = `collect-${process.pid}`;
const TEN_MINUTES = 600_000;
const KEPT = { 'fleetreload.dev/kept': 'revision' };
const nameOf = (digit: number) => `web-${String(digit).repeat(16)}`;
const at = (plural: string) => `/api/v1/namespaces/${NAMESPACE}/${plural}`;

let kube: Kube;
before(async () => {
  kube = await connect({ version: 'test' });
  await kube.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  // No pod is let into a namespace before it is there.
  await until('the namespace has its ServiceAccount', async () => (await kube.get(at('serviceaccounts/default'))) !== null);
});
after(async () => {
  await kube.remove(`/api/v1/namespaces/${NAMESPACE}`);
  await kube.close();
});

test('after ten minutes goes what nothing refers to: no history, no pod, and nothing that pods start on', async () => {
  for (let digit = 1; digit <= 4; digit++) {
    await make('configmaps', nameOf(digit), { immutable: true, data: { 'app.conf': `v${digit}` } }, KEPT);
    await make('secrets', nameOf(digit), { immutable: true, data: { key: Buffer.from(`v${digit}`).toString('base64') } }, KEPT);
  }
  await make('configmaps', nameOf(5), { data: {} }, {});
  await make('configmaps', 'web-stable', { data: { 'app.conf': 'v3' } }, { 'fleetreload.dev/kept': 'stable' });
  await kube.create(at('pods'), {
    metadata: { name: 'mounts-2' },
    spec: {
      automountServiceAccountToken: false,
      nodeSelector: { nowhere: 'at-all' },
      containers: [{ name: 'app', image: 'localhost/none:1' }],
      volumes: [
        { name: 'a', configMap: { name: nameOf(2) } },
        { name: 'b', projected: { sources: [{ secret: { name: nameOf(2) } }] } },
      ],
    },
  });
  const history = [aReload('web-1', { sources: [{ kind: 'ConfigMap', name: 'web', digest: '1'.repeat(16) }] })];

  await collect(history, Date.now() + TEN_MINUTES - 60_000);
  assert.deepEqual(await left('secrets'), [1, 2, 3, 4], 'all of it is young');

  await collect(history, Date.now() + TEN_MINUTES + 60_000);
  // 1 by the history, 2 by the pod, 3 by what pods start on; 5 is not ours.
  assert.deepEqual(await left('configmaps'), [1, 2, 3, 5]);
  assert.deepEqual(await left('secrets'), [2]);
});

/** As the operator would that late; of this namespace only. */
async function collect(reloads: readonly object[], now: number): Promise<void> {
  const world = {
    kube: {
      ...kube,
      list: (path: string, options: object) =>
        kube.list(path.startsWith(at('')) ? path : path.replace('/api/v1', at('').replace(/\/$/, '')), options),
    },
    rights: ALL_RIGHTS,
    sees: SEES_ALL,
    policies: { list: () => [] },
    reloads: { list: () => reloads },
    recall: openRecall(),
    lead: { holds: () => true },
    log: { info() {} },
    now: () => now,
  };
  await collectRevisions(world as unknown as Collecting);
}

async function make(plural: string, name: string, body: object, labels: object): Promise<void> {
  await kube.create(at(plural), { ...body, metadata: { name, labels } });
}

async function left(plural: string): Promise<readonly number[]> {
  const { items } = await kube.list<{ readonly metadata: { readonly name: string } }>(at(plural));
  return [1, 2, 3, 4, 5].filter((digit) => items.some(({ metadata }) => metadata.name === nameOf(digit)));
}
