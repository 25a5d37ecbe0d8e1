/** Runs behind all other e2e tests: nothing of ours has written to what a user made, whatever was rolled out, refused, undone or killed meanwhile. */

import assert from 'node:assert/strict';
import { appConfig, appFleet } from '../support/app-fleet.ts';
import { openFleet } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { type Managed, type Manager, managedBefore, managedIn } from '../support/managers.ts';
import { storiesOf } from '../support/story.ts';

const WAVES = '[{ upTo: 100%, bake: 0s }]';

const story = storiesOf((cluster, operator) =>
  openFleet('e2e-untouched', appFleet({ replicas: 1, waves: WAVES, maxUnavailable: 1, reloadMs: 0, source: 'Secret' }), cluster, operator),
);

story('a good revision and a bad one leave no trace of ours on what the user made', async (fleet) => {
  assert.equal((await fleet.rollOut(appConfig('v2'))).status?.outcome, 'Succeeded');
  assert.equal((await fleet.rollOut(appConfig('v3', { refuse: 'no' }))).status?.outcome, 'RolledBack');
  const all = await managedIn(fleet.namespace);
  const kinds = new Set(all.filter((it) => !isOurs(it)).map(({ kind }) => kind));
  for (const kind of ['ConfigMap', 'Secret', 'Deployment', 'ReplicaSet', 'Pod', 'Namespace', 'ReloadPolicy'])
    assert.ok(kinds.has(kind), kind);
  assert.ok(all.some(isOurs));
  assert.deepEqual(touched(all), []);
});

story('nor do all the stories before', async () => {
  assert.deepEqual(touched(managedBefore()), []);
});

story('what one of ours writes to a source, or to a Namespace, is found', async ({ namespace }) => {
  const write = ['--overwrite', '-n', namespace, '--field-manager'];
  await kubectl(['annotate', 'secret', 'web-config', ...write, 'fleet-reload', 'example.com/a=b']);
  await kubectl(['annotate', 'namespace', namespace, ...write, 'kubectl-reload', 'fleetreload.dev/freeze=no']);
  assert.deepEqual(touched(await managedIn(namespace)), [`Secret ${namespace}/web-config: fleet-reload`]);
  await kubectl(['annotate', 'namespace', namespace, ...write, 'kubectl-reload', 'example.com/a=b']);
  assert.deepEqual(touched(await managedIn(namespace)).toSorted(), [
    `Namespace ${namespace}: kubectl-reload`,
    `Secret ${namespace}/web-config: fleet-reload`,
  ]);
  await kubectl(['annotate', 'secret', 'web-config', '-n', namespace, 'example.com/a-']);
  await kubectl(['annotate', 'namespace', namespace, 'example.com/a-', 'fleetreload.dev/freeze-']);
});

/** The operator, and `kubectl reload`. */
const OUR_MANAGERS = /^(fleet|kubectl)-reload/;
/** What the operator makes: records, what it says, and the Jobs of gates. */
const OUR_KINDS = ['Reload', 'Event', 'Lease', 'Job'];

function isOurs({ kind, metadata: { name, labels = {} } }: Managed): boolean {
  return OUR_KINDS.includes(kind) || 'fleetreload.dev/kept' in labels || (kind === 'ConfigMap' && name === 'fleetreload-ca');
}

function touched(all: readonly Managed[]): readonly string[] {
  return all
    .filter((it) => !isOurs(it))
    .flatMap((it) =>
      (it.metadata.managedFields ?? [])
        .filter((by) => OUR_MANAGERS.test(by.manager) && !isDocumented(it.kind, by))
        .map(({ manager }) => `${it.kind} ${[it.metadata.namespace, it.metadata.name].filter(Boolean).join('/')}: ${manager}`),
    );
}

/** The status of a policy; and the freeze, where a person asked the plugin for it. */
function isDocumented(kind: string, { manager, subresource, fieldsV1 = {} }: Manager): boolean {
  if (kind === 'ReloadPolicy') return subresource === 'status';
  return kind === 'Namespace' && manager === 'kubectl-reload' && leavesOf(fieldsV1).every((leaf) => FREEZE.includes(leaf));
}

/** And the annotations as such, where it was the first one. */
const FREEZE = ['f:metadata f:annotations f:fleetreload.dev/freeze', 'f:metadata f:annotations .'];

function leavesOf(fields: object): readonly string[] {
  return Object.entries(fields).flatMap(([name, below]: [string, object]) => {
    const leaves = leavesOf(below);
    return leaves.length === 0 ? [name] : leaves.map((leaf) => `${name} ${leaf}`);
  });
}
