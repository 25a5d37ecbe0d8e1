import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOperator } from './testing/an-operator.ts';
import { definitionsApart, sidecarsApart, versionsApart } from './skew.ts';

const OPERATOR = anOperator({ version: '0.2.0', sidecarImage: 'sidecar:2' });

test('plugin and operator are of one version, or it is said which plugin to use', () => {
  assert.equal(versionsApart('0.2.0', OPERATOR), null);
  assert.equal(versionsApart('0.1.0', OPERATOR), 'the plugin is 0.1.0, the operator in system 0.2.0: use the plugin of 0.2.0');
  assert.equal(versionsApart('0.1.0', anOperator({ version: null })), null);
});

const definition = (version?: string) => ({
  metadata: { name: 'reloads.fleetreload.dev', ...(version !== undefined && { labels: { 'app.kubernetes.io/version': version } }) },
});

for (const [found, says, because] of [
  [[definition('0.2.0')], null, 'they came with the operator'],
  [[definition()], null, 'somebody applied them by hand, and nobody can tell'],
  [
    [definition('0.2.0'), definition('0.1.0')],
    'reloads.fleetreload.dev is of 0.1.0, the operator 0.2.0: upgrade the release with crds.install=true, or apply crds/ of 0.2.0',
    'one of them was left out of an upgrade',
  ],
] as const)
  test(`definitions are the operator's or not: ${because}`, () => assert.equal(definitionsApart(found, [OPERATOR]), says));

type WithImages = Parameters<typeof sidecarsApart>[0][number];

function pod(image: string, kind: 'initContainers' | 'containers' = 'initContainers'): WithImages {
  const containers = [
    { name: 'app', image: 'app:1' },
    { name: 'fleet-reload', image },
  ];
  return { metadata: { name: 'web', uid: '1', resourceVersion: '1' }, spec: { [kind]: containers } };
}

for (const [pods, says, because] of [
  [[pod('sidecar:2'), pod('sidecar:2', 'containers')], null, 'all are of now'],
  [[{ metadata: { name: 'app', uid: '2', resourceVersion: '1' } }], null, 'none has one'],
  [
    [pod('sidecar:2'), pod('sidecar:1'), pod('sidecar:1')],
    '2 of 3 have sidecar:1, and new pods get sidecar:2: they go on as they are; make them again by kubectl rollout restart',
    'some are from before the upgrade',
  ],
] as const)
  test(`sidecars are what pods get now or not: ${because}`, () => assert.equal(sidecarsApart(pods, [OPERATOR]), says));
