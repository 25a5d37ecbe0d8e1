import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inject, type Injection, type Pod } from './inject.ts';
import { withMountPoints } from './mount-points.ts';
import { aPolicy, OPTIONS } from './testing/shapes.ts';

const mountPoints = (...mounts: readonly (readonly [name: string, mountPath: string])[]) => {
  const volumeMounts = mounts.map(([name, mountPath]) => ({ name, mountPath }));
  const pod = { spec: { containers: [{ name: 'app', volumeMounts }] } };
  return withMountPoints([{ name: 'conf', sources: [] }], pod)[0]?.mountPoints;
};

for (const [mounts, expected, why] of [
  [[['tls', '/etc/tls']], undefined, 'beside it is not inside'],
  [[['tls', '/etc/app-tls']], undefined, 'nor is a folder whose name begins alike'],
  [[['tls', '/etc/app/tls/']], ['tls'], 'a slash at the end is none'],
  [[['cache', '/etc/app/var/cache']], ['var/cache'], 'the folders between are made, too'],
  [
    [
      ['tls', '/etc/app/tls'],
      ['keys', '/etc/app/tls/keys'],
    ],
    ['tls'],
    'what is mounted inside another one is for that one',
  ],
  [
    [
      ['conf', '/srv'],
      ['b', '/srv/b'],
      ['a', '/etc/app/a'],
    ],
    ['a', 'b'],
    'it may be mounted twice',
  ],
  [[['all', '/etc']], undefined, 'what it is inside of itself is no matter'],
] as const) {
  test(`${mounts.map(([name, at]) => `${name} at ${at}`).join(', ')} beside conf at /etc/app/: ${why}`, () =>
    assert.deepEqual(mountPoints(['conf', '/etc/app/'], ...mounts), expected));
}

test('whoever mounts it counts, be it an init container', () => {
  const volumeMounts = [
    { name: 'conf', mountPath: '/etc/app' },
    { name: 'tls', mountPath: '/etc/app/tls' },
  ];
  const pod = { spec: { initContainers: [{ name: 'check', volumeMounts }], containers: [{ name: 'app' }] } };
  assert.deepEqual(withMountPoints([{ name: 'conf', sources: [] }], pod)[0]?.mountPoints, ['tls']);
});

test('what others mount inside since is made room for, too, and nothing else of the sidecar changes', () => {
  const policy = aPolicy({ sources: [{ configMap: { name: 'web' } }], handle: { http: { port: 8080, path: '/' } } });
  const conf = { name: 'conf', mountPath: '/etc/app' };
  const given: Pod = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', volumeMounts: [conf] }], volumes: [{ name: 'conf', configMap: { name: 'web' } }] },
  };
  const injected = podIn(inject(given, [policy], OPTIONS));
  const mesh = { name: 'mesh', volumeMounts: [conf, { name: 'certs', mountPath: '/etc/app/certs' }] };
  const added = { ...injected, spec: { ...injected.spec, containers: [...injected.spec.containers, mesh] } };
  const [before] = injected.spec.initContainers ?? [];
  const [now] = podIn(inject(added, [policy], OPTIONS)).spec.initContainers ?? [];
  const filled = (container = before) => container?.env?.find(({ name }) => name === 'FLEETRELOAD_VOLUMES')?.value ?? '';
  assert.deepEqual(JSON.parse(filled(now)), [{ ...JSON.parse(filled())[0], mountPoints: ['certs'] }]);
  assert.deepEqual({ ...now, env: [] }, { ...before, env: [] });
});

function podIn(injection: Injection): Pod {
  assert.ok(injection.kind === 'injected');
  return injection.pod;
}
