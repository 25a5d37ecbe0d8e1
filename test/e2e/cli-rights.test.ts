/** `kubectl reload` by people who may not do everything: what they may, and a sentence for what they may not. Kept in cli-rights.golden.txt. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { parse, stringify } from 'yaml';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { plugin } from '../support/plugin.ts';
import { storiesOf } from '../support/story.ts';
import { keptIn, transcript } from '../support/transcript.ts';
import { until } from '../support/until.ts';

const NAMESPACE = 'e2e-cli-rights';
const WAVES = [
  { upTo: 1, bake: '1h', approval: 'Required' },
  { upTo: '100%', bake: '1h' },
];

const said = transcript('test/e2e/cli-rights.golden.txt');
const story = keptIn(
  said,
  storiesOf((cluster, operator) => openFleet(NAMESPACE, nginxFleet({ replicas: 2, waves: WAVES, maxUnavailable: 2 }), cluster, operator)),
);

const FOLDER = mkdtempSync(join(tmpdir(), 'users-'));
after(() => rmSync(FOLDER, { recursive: true }));

type User = (args: string) => Promise<number | null>;

/** A ServiceAccount of that name, with a role in the namespace or none; says commands into the transcript. */
async function user(name: string, role?: string): Promise<User> {
  await kubectl(['create', 'serviceaccount', name, '-n', NAMESPACE]);
  if (role !== undefined)
    await kubectl(['create', 'rolebinding', name, `--clusterrole=${role}`, `--serviceaccount=${NAMESPACE}:${name}`, '-n', NAMESPACE]);
  const token = (await kubectl(['create', 'token', name, '-n', NAMESPACE])).trim();
  const { clusters } = parse(await kubectl(['config', 'view', '--raw', '--flatten'])) as { clusters: readonly { name: string }[] };
  const context = { name, context: { cluster: clusters[0]?.name, user: name, namespace: NAMESPACE } };
  const kubeconfig = join(FOLDER, name);
  const users = [{ name, user: { token } }];
  writeFileSync(kubeconfig, stringify({ apiVersion: 'v1', kind: 'Config', clusters, users, contexts: [context], 'current-context': name }));
  // The aggregated roles are put together by a controller.
  if (role !== undefined) await until(`${name} may look`, async () => (await plugin(['list'], { kubeconfig })).status === 0, 30_000);
  return async (args) => {
    const words = [...args.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? word);
    const ended = await plugin(words, { kubeconfig });
    said.add(`kubectl reload ${args}`, ended);
    return ended.status;
  };
}

async function waiting(fleet: Fleet, content: string): Promise<string> {
  const rollout = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(content);
  await fleet.until('it waits for approval', (it) => it.rollout === rollout && /waits for approval/.test(it.because ?? ''));
  await until('its Reload is there', async () => (await fleet.reload(rollout)) !== null);
  return fleet.status().candidateRevision ?? '';
}

const VERBS = [
  'approve web',
  'pause web',
  'promote web',
  'abort web',
  "undo web --to 0123456789abcdef --reason 'no'",
  `freeze ${NAMESPACE}`,
  `unfreeze ${NAMESPACE}`,
];

story('who may only view sees how everything stands, and says no verb', async (fleet) => {
  await waiting(fleet, page('v2'));
  const viewer = await user('viewer', 'view');
  assert.deepEqual([await viewer('list'), await viewer('get web'), await viewer('history web')], [0, 0, 0]);
  assert.equal(await viewer('plan web'), 0);
  assert.equal(await viewer(`doctor ${fleet.pods()[0]?.metadata.name}`), 0);
  for (const verb of VERBS) assert.equal(await viewer(verb), 1, verb);
});

story('who approves says every verb to a rollout, and freezes nothing', async (fleet) => {
  const approver = await user('approver', 'fleet-reload-approver');
  assert.equal(await approver('get web'), 0);
  assert.equal(await approver('plan web'), 1);
  assert.equal(await approver("pause web --reason 'we look'"), 0);
  assert.equal(await approver('resume web'), 0);
  assert.equal(await approver("approve web --reason 'it looks good'"), 0);
  await fleet.until('the canary bakes', ({ wave, bakeStartedAt }) => wave === 1 && bakeStartedAt !== undefined);
  assert.equal(await approver('promote web'), 0);
  assert.equal(await approver("abort web --reason 'wrong day'"), 0);
  const { quarantined } = await fleet.until('it is aborted', ({ outcome }) => outcome === 'Aborted');
  assert.equal(await approver(`retry ${quarantined?.at(-1)?.revision} --reason 'the right day'`), 0);
  assert.equal(await approver(`freeze ${NAMESPACE}`), 1);
});

story('who may do nothing is told so in a sentence', async () => {
  const nobody = await user('nobody');
  for (const command of ['list', 'list -A', 'get web', 'history web', 'plan web', 'wait web --timeout=1s', 'approve web', 'freeze shop'])
    assert.equal(await nobody(command), 1, command);
  assert.equal(await nobody('doctor'), 0);
});
