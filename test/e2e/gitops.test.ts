/** What GitOps tools make of a policy and its rollouts in each phase, and what Argo CD's actions do: two pods, and the scripts of integrations/argo-cd. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { FILE } from '../../integrations/argo-cd/config-map.ts';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { action, enabled, type Parameters, type Seen, seen } from '../support/gitops.ts';
import { kubectl, onCluster } from '../support/kubectl.ts';
import { stays } from '../support/stays.ts';
import { storiesOf } from '../support/story.ts';
import { until } from '../support/until.ts';

const WAVES = '[{ upTo: 1, bake: 1s }, { upTo: 100%, bake: 0s, approval: Required }]';

const story = storiesOf((cluster, operator) =>
  openFleet('e2e-gitops', appFleet({ replicas: 2, waves: WAVES, maxUnavailable: 1, reloadMs: 0, source: 'ConfigMap' }), cluster, operator),
);

story('a policy that is new, or whose spec nobody has looked at yet, is in progress', async (fleet) => {
  const { apiVersion, kind, spec } = await policyOf(fleet);
  const made = { apiVersion, kind, metadata: { name: 'new' }, spec };
  const created = await kubectl(['create', '-n', fleet.namespace, '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(made));
  await looks(JSON.parse(created), { argoCd: 'Progressing', kstatus: 'InProgress' }, /^the operator has not looked at it yet$/);

  const { metadata, ...rest } = await policyOf(fleet);
  const ahead = { ...rest, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 } };
  await looks(ahead, { argoCd: 'Progressing', kstatus: 'InProgress' }, /^the operator has not looked at it yet$/);
});

story('on stable, all agree that it is healthy', async (fleet) => {
  const policy = await policyOf(fleet);
  await looks(policy, { argoCd: 'Healthy', kstatus: 'Current' }, /^adopted /);
  assert.deepEqual(await enabled(policy), ['pause']);
  await waited(fleet, 'Ready');
});

story('while the canary bakes it is in progress, and so is its Reload, which Argo CD finds below the policy', async (fleet) => {
  await fleet.patch({ waves: waves('1h') });
  const rollout = await begun(fleet, 'v2', /bakes/);
  const policy = await policyOf(fleet);
  await looks(policy, { argoCd: 'Progressing', kstatus: 'InProgress' }, /bakes/);
  const reload = await reloadOf(fleet, rollout);
  await looks(reload, { argoCd: 'Progressing' }, /^the sources changed$/);
  assert.deepEqual(await enabled(reload), ['abort', 'approve', 'pause', 'promote', 'retry']);
  const owners = (reload.metadata as unknown as { readonly ownerReferences: readonly { readonly uid: string }[] }).ownerReferences;
  assert.ok(owners.some(({ uid }) => uid === policy.metadata.uid));
});

story('paused by an action it is suspended, and by another one it goes on', async (fleet) => {
  const { rollout = 0 } = fleet.status();
  await act(fleet, rollout, 'pause', { reason: 'we look at errors' });
  await fleet.until('it is paused', ({ phase }) => phase === 'Paused');
  await looks(await policyOf(fleet), { argoCd: 'Suspended', kstatus: 'InProgress' }, /paused by field manager \S+: we look at errors/);
  await until('its Reload says so', async () => (await reloadOf(fleet, rollout)).status?.heard !== undefined);
  const reload = await reloadOf(fleet, rollout);
  await looks(reload, { argoCd: 'Suspended' }, /paused by field manager \S+: we look at errors/);
  assert.ok((await enabled(reload)).includes('resume') && !(await enabled(reload)).includes('pause'));
  await act(fleet, rollout, 'resume');
  await fleet.until('it goes on', ({ phase }) => phase === 'Progressing');
});

story('a wave that waits for approval is suspended; the action approves no wave but the one that is named', async (fleet) => {
  const { rollout = 0 } = fleet.status();
  await fleet.patch({ waves: waves('1s') });
  await fleet.until('it waits for approval', ({ because }) => /waits for approval/.test(because ?? ''));
  await looks(await policyOf(fleet), { argoCd: 'Suspended', kstatus: 'InProgress' }, /wave 2 of 2 waits for approval/);
  await assert.rejects(act(fleet, rollout, 'approve'), /say which wave may open/);
  await act(fleet, rollout, 'approve', { wave: '2', reason: 'the canary looks good' });
  const { status } = await fleet.ended(rollout);
  assert.equal(status?.outcome, 'Succeeded', status?.because);
  await looks(await policyOf(fleet), { argoCd: 'Healthy', kstatus: 'Current' }, /passed its last gate/);
  const reload = await reloadOf(fleet, rollout);
  await looks(reload, { argoCd: 'Healthy' }, /./);
  assert.deepEqual(await enabled(reload), []);
});

story('promoted by the action to a wave, and then wholly, it is over, whoever said what before', async (fleet) => {
  await fleet.patch({ waves: waves('1h') });
  const rollout = await begun(fleet, 'v3', /bakes/);
  const said = JSON.stringify({ spec: { promote: { wave: 1, by: 'kubernetes-admin' } } });
  await kubectl([
    'patch',
    'rl',
    `web-${rollout}`,
    '-n',
    fleet.namespace,
    '--type=merge',
    '--as=kubernetes-admin',
    '--as-group=system:masters',
    '-p',
    said,
  ]);
  await act(fleet, rollout, 'promote');
  const { status } = await fleet.ended(rollout);
  assert.equal(status?.outcome, 'Succeeded', status?.because);
  await fleet.serves('v3');
});

story('what was refused is degraded, and no edit of the source; the action tries it again', async (fleet) => {
  await fleet.patch({ waves: waves('1s') });
  const refused = await fleet.rollOut(appConfig('v4', { refuse: 'no such backend' }));
  const rollout = refused.spec.rollout ?? 0;
  await looks(await policyOf(fleet), { argoCd: 'Degraded', kstatus: 'Failed' }, /no such backend/);
  await waited(fleet, 'Stalled');
  await looks(refused, { argoCd: 'Degraded' }, /no such backend/);
  assert.deepEqual(await enabled(refused), ['retry']);
  await act(fleet, rollout, 'retry', { reason: 'it is there now' });
  assert.equal(
    (await fleet.ended(rollout + 1)).spec.because.replace(/field manager [^ :]+/, 'somebody'),
    'retried by somebody: it is there now',
  );
  const source = JSON.parse(
    await kubectl(['get', 'configmap', 'web-config', '-n', fleet.namespace, '-o', 'json', '--show-managed-fields']),
  );
  const managers = (source.metadata.managedFields as readonly { readonly manager: string }[]).map(({ manager }) => manager);
  assert.deepEqual([...new Set(managers)], ['kubectl-client-side-apply']);
});

story('aborted by the action, it went nowhere', async (fleet) => {
  await fleet.patch({ waves: waves('1h') });
  const rollout = await begun(fleet, 'v5', /bakes/);
  await act(fleet, rollout, 'abort', { reason: 'wrong cluster' });
  const aborted = await fleet.ended(rollout);
  assert.equal(aborted.status?.outcome, 'Aborted');
  await looks(aborted, { argoCd: 'Degraded' }, /wrong cluster/);
  await looks(await policyOf(fleet), { argoCd: 'Degraded', kstatus: 'Failed' }, /wrong cluster/);
  await fleet.serves('v3');
});

story('frozen, or paused as a whole by an action, it is suspended with an edit to come', async (fleet) => {
  await kubectl(['annotate', 'ns', fleet.namespace, 'fleetreload.dev/freeze=the audit is on']);
  await fleet.edit(appConfig('v6'));
  await fleet.until('it is frozen', ({ because }) => /the audit is on/.test(because ?? ''));
  await looks(await policyOf(fleet), { argoCd: 'Suspended', kstatus: 'InProgress' }, /frozen: the audit is on/);

  await patched('rp', 'web', fleet, await action('pause', await policyOf(fleet)));
  await kubectl(['annotate', 'ns', fleet.namespace, 'fleetreload.dev/freeze-']);
  await fleet.until('it is paused', ({ because }) => /the policy is paused/.test(because ?? ''));
  const paused = await policyOf(fleet);
  await looks(paused, { argoCd: 'Suspended', kstatus: 'InProgress' }, /the policy is paused/);
  assert.deepEqual(await enabled(paused), ['resume']);
  await fleet.patch({ waves: [{ upTo: '100%', bake: '0s' }] });
  const next = (fleet.status().rollout ?? 0) + 1;
  await patched('rp', 'web', fleet, await action('resume', await policyOf(fleet)));
  assert.equal((await fleet.ended(next)).status?.outcome, 'Succeeded');
});

story('a mistake in the policy that only a person can mend is degraded', async (fleet) => {
  await fleet.patch({ windows: [{ cron: '0 2 31 2 *', duration: '1h', timeZone: 'Europe/Nowhere' }] });
  await fleet.edit(appConfig('v7'));
  await fleet.until('it is stalled', ({ phase }) => phase === 'Degraded');
  await looks(await policyOf(fleet), { argoCd: 'Degraded', kstatus: 'Failed' }, /Europe\/Nowhere/);
});

story('a wish that is refused is degraded, and takes no verb', async (fleet) => {
  const spec = { policy: 'web', revision: '0123456789abcdef', because: 'just so' };
  const wish = JSON.stringify({ apiVersion: 'fleetreload.dev/v1alpha1', kind: 'Reload', metadata: { name: 'a-wish' }, spec });
  await kubectl(['create', '-n', fleet.namespace, '-f', '-'], wish);
  await kubectl(['wait', '-n', fleet.namespace, 'rl/a-wish', '--for=jsonpath={.status.outcome}=Aborted', '--timeout=30s']);
  const refused = JSON.parse(await kubectl(['get', 'rl', 'a-wish', '-n', fleet.namespace, '-o', 'json'])) as Reload;
  await looks(refused, { argoCd: 'Degraded' }, /^refused: /);
  assert.deepEqual(await enabled(refused), []);
});

story('said again a verb has other words, since each is heard once; and what another one said beside it goes', async () => {
  const said = (verb: object) => ({ kind: 'Reload', spec: { rollout: 1, ...verb } });
  const retried = { retry: { reason: 'retried in Argo CD' } };
  assert.deepEqual(await action('retry', said(retried)), { spec: { retry: { reason: 'retried in Argo CD, again' } } });
  const approved = { approve: { wave: 2, by: 'alice', reason: 'it looks good' } };
  assert.deepEqual(await action('approve', said(approved), { wave: '3' }), {
    spec: { approve: { wave: 3, by: null, reason: 'approved in Argo CD' } },
  });
  await assert.rejects(action('promote', said({}), { wave: 'two' }), /a wave is a number/);
});

story('helm --wait waits until a policy is on stable, and says of one that a person has to mend that it failed', async ({ namespace }) => {
  const chart = mkdtempSync(join(tmpdir(), 'a-chart-'));
  const helm = (verb: string, ...args: readonly string[]) => onCluster('helm', verb, 'shop', chart, '-n', namespace, '--wait', ...args);
  try {
    mkdirSync(join(chart, 'templates'));
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 0.1.0\n');
    writeFileSync(join(chart, 'templates/shop.yaml'), SHOP);
    await helm('install', '--timeout=60s');
    await kubectl(['wait', '-n', namespace, 'rp/shop', '--for=condition=Ready', '--timeout=1s']);
    await assert.rejects(helm('upgrade', '--timeout=10s', '--set', 'version=v2,zone=Europe/Nowhere'), /shop.*(Failed|Europe\/Nowhere)/s);
  } finally {
    rmSync(chart, { recursive: true });
  }
});

story('argocd-cm takes the scripts up by the command of the docs', async ({ namespace }) => {
  await kubectl(['create', 'configmap', 'argocd-cm', '-n', namespace, '--from-literal=url=https://argocd.example.com']);
  await kubectl(['patch', 'configmap', 'argocd-cm', '-n', namespace, '--patch-file', FILE]);
  const { data } = JSON.parse(await kubectl(['get', 'configmap', 'argocd-cm', '-n', namespace, '-o', 'json'])) as { readonly data: object };
  assert.deepEqual(data, { ...(parse(readFileSync(FILE, 'utf8')) as { readonly data: object }).data, url: 'https://argocd.example.com' });
});

story('when the policy goes, as a sync that prunes lets it go, its Reloads stay', async (fleet) => {
  const names = async () => (await kubectl(['get', 'rl', '-n', fleet.namespace, '-o', 'name'])).trim().split('\n');
  const before = await names();
  const uid = (await policyOf(fleet)).metadata.uid;
  await kubectl(['delete', 'rp', 'web', '-n', fleet.namespace, '--cascade=foreground', '--timeout=30s']);
  const owners = 'jsonpath={.items[*].metadata.ownerReferences[*].uid}';
  await until(
    'no Reload is owned by it any more',
    async () => !(await kubectl(['get', 'rl', '-n', fleet.namespace, '-o', owners])).includes(uid),
    60_000,
  );
  await stays('all of them are there', async () => (await names()).length === before.length, 1000);
});

const SHOP = `
apiVersion: v1
kind: ConfigMap
metadata: { name: shop-config }
data: { version: {{ .Values.version | default "v1" }} }
---
apiVersion: fleetreload.dev/v1alpha1
kind: ReloadPolicy
metadata: { name: shop }
spec:
  sources: [{ configMap: { name: shop-config } }]
  targets: { selector: { matchLabels: { app: shop } } }
  handle: { http: { port: 8080, path: /-/reload } }
  windows: [{ cron: "0 0 * * *", duration: 24h, timeZone: {{ .Values.zone | default "Europe/Berlin" }} }]
`;

function waves(bake: string) {
  return [
    { upTo: 1, bake },
    { upTo: '100%', bake: '0s', approval: 'Required' },
  ];
}

async function looks(object: { readonly kind: string }, expected: Partial<Seen>, message: RegExp): Promise<void> {
  const { message: said, kstatus, argoCd } = await seen(object);
  assert.deepEqual({ argoCd, ...(expected.kstatus && { kstatus }) }, expected, said);
  assert.match(said, message);
}

/** `kubectl wait` has nothing to wait for. */
async function waited({ namespace }: Fleet, condition: string): Promise<void> {
  await kubectl(['wait', '-n', namespace, 'rp/web', `--for=condition=${condition}`, '--timeout=1s']);
}

async function begun(fleet: Fleet, version: string, because: RegExp): Promise<number> {
  const rollout = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(appConfig(version));
  await fleet.until(`rollout ${rollout} says ${because}`, (it) => it.rollout === rollout && because.test(it.because ?? ''));
  await until(`web-${rollout} is there`, async () => (await fleet.reload(rollout)) !== null);
  return rollout;
}

/** As Argo CD's server does it: a merge patch of what the script changed in the object that is there now. */
async function act(fleet: Fleet, rollout: number, name: string, parameters: Parameters = {}): Promise<void> {
  const reload = await reloadOf(fleet, rollout);
  assert.ok((await enabled(reload)).includes(name), `${name} is in the menu`);
  await patched('rl', `web-${rollout}`, fleet, await action(name, reload, parameters));
}

async function patched(kind: string, name: string, { namespace }: Fleet, patch: object): Promise<void> {
  const manager = '--field-manager=argocd-server';
  await kubectl(['patch', kind, name, '-n', namespace, '--type=merge', manager, '-p', JSON.stringify(patch)]);
}

async function policyOf({ namespace }: Fleet): Promise<ReloadPolicy> {
  return JSON.parse(await kubectl(['get', 'rp', 'web', '-n', namespace, '-o', 'json', '--show-managed-fields'])) as ReloadPolicy;
}

async function reloadOf({ namespace }: Fleet, rollout: number): Promise<Reload> {
  return JSON.parse(await kubectl(['get', 'rl', `web-${rollout}`, '-n', namespace, '-o', 'json', '--show-managed-fields'])) as Reload;
}
