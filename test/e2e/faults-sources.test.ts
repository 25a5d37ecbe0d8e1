/** What may be in a source: any bytes, as many as fit, and a thousand edits in a row. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { pidOf } from '../support/containers.ts';
import { counts, type Fleet, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { atRest, succeeds } from '../support/one-rollout.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;

const story = storiesOf((cluster, operator) =>
  openFleet(
    'e2e-faults-sources',
    appFleet({
      replicas: 3,
      waves: '[{ upTo: 1, bake: 1s }, { upTo: 100%, bake: 0s }]',
      maxUnavailable: 2,
      reloadMs: 0,
      source: 'ConfigMap',
    }),
    cluster,
    operator,
  ),
);

story('every byte of 1 MiB arrives as it is: a BOM, CRLF, NUL, what is no UTF-8, and nothing at all', async (fleet) => {
  const start = await atRest(fleet);
  const odd = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0x00, 0xff, 0xfe, 0xc3, 0x28, 0x0a]);
  const data = { ...version('v2'), crlf: '\uFEFFa\r\nb\r\n', empty: '' };
  const used = odd.length + Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  const big = 'fleet'.repeat(MIB).slice(0, MIB - used);
  await replace(fleet, { data: { ...data, big }, binaryData: { odd: odd.toString('base64') } });
  await succeeds(fleet, start, 'v2');
  for (const [key, bytes] of Object.entries({ ...data, big, odd }))
    for (const file of filesOf(fleet, key)) assert.ok(readFileSync(file).equals(Buffer.from(bytes)), file);
});

story('a key that is removed is really gone, in every pod', async (fleet) => {
  const start = await atRest(fleet);
  for (const file of filesOf(fleet, 'odd')) assert.ok(readFileSync(file).length > 0);
  await replace(fleet, { data: { ...version('v3'), crlf: 'x' } });
  await succeeds(fleet, start, 'v3');
  for (const folder of filesOf(fleet, ''))
    assert.deepEqual(
      readdirSync(folder).filter((name) => !name.startsWith('..')),
      ['app.json', 'crlf', 'version'],
    );
  for (const file of filesOf(fleet, 'crlf')) assert.equal(readFileSync(file, 'utf8'), 'x');
});

story('sources of more than 4 MiB together are refused with their size', async (fleet) => {
  const { old } = await atRest(fleet);
  const names = [1, 2, 3, 4, 5].map((n) => `big-${n}`);
  for (const name of names) {
    const source = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { big: 'x'.repeat(MIB) } };
    await kubectl(['create', '-n', fleet.namespace, '-f', '-'], JSON.stringify(source));
  }
  const spec = {
    sources: names.map((name) => ({ configMap: { name } })),
    targets: { selector: { matchLabels: { app: 'none' } } },
    handle: { http: { port: 8080, path: '/-/reload' } },
  };
  const policy = { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata: { name: 'big' }, spec };
  await kubectl(['create', '-n', fleet.namespace, '-f', '-'], JSON.stringify(policy));
  await until('it is Paused', () => fleet.status('big').phase === 'Paused');
  assert.match(fleet.status('big').because ?? '', /the sources have 5242880 bytes together, and a revision is at most 4194304/);
  await fleet.quiet(old);
  await kubectl(['delete', '-n', fleet.namespace, 'reloadpolicy/big', ...names.map((name) => `configmap/${name}`)]);
});

story('a thousand edits, as fast as the API server takes them: the last one lands, by few rollouts, in bounded memory', async (fleet) => {
  const { old, rollout } = await atRest(fleet);
  const earlier = fleet.statuses().length;
  const source = `/api/v1/namespaces/${fleet.namespace}/configmaps/web-config`;
  const edits = Array.from({ length: 1000 }, (_, n) => version(`w${n + 1}`));
  const began = performance.now();
  const write = async () => {
    for (let data = edits.shift(); data !== undefined; data = edits.shift()) await fleet.cluster.kube.patch(source, { data }, 'merge');
  };
  await Promise.all(Array.from({ length: 8 }, write));
  console.log(`1,000 edits took ${Math.round(performance.now() - began)} ms`);
  await fleet.edit(appConfig('last'));
  await until('the last one lands', async () => Object.values(await fleet.serving()).every((it) => it === 'last'), 60_000);
  await fleet.until('it is stable', ({ phase, outcome }) => phase === 'Healthy' && outcome === 'Succeeded');

  const rollouts = (fleet.status().rollout ?? 0) - rollout + 1;
  // A status is written for each edit that a pass has met, whether a rollout begins with it or not.
  const met = new Set(
    fleet
      .statuses()
      .slice(earlier)
      .map(({ observedSources }) => observedSources?.[0]?.resourceVersion),
  ).size;
  const residentMb = residentOf(pidOf(fleet.operator.leader(), 'operator'));
  console.log(
    `${rollouts} rollouts for ${met} edits that a pass has met, no app told more than ${counts(since(old, fleet.told())).at(-1)} times, an operator of ${residentMb} MB`,
  );
  assert.ok(rollouts < Math.min(200, met / 2), `${rollouts} rollouts for ${met} edits that a pass has met`);
  assert.ok(residentMb < 256, `${residentMb} MB`);
});

function version(name: string): { readonly 'app.json': string; readonly version: string } {
  return { 'app.json': appConfig(name), version: name };
}

async function replace(fleet: Fleet, content: object): Promise<void> {
  const source = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-config' }, ...content };
  await kubectl(['replace', '-n', fleet.namespace, '-f', '-'], JSON.stringify(source));
}

/** The file of that key as each app sees it. */
function filesOf(fleet: Fleet, key: string): readonly string[] {
  return fleet.pods().map((pod) => `/proc/${pidOf(pod, 'app')}/root/config/${key}`);
}

/** In whole megabytes. */
function residentOf(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}
