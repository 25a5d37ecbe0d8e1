import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUsage, parseOptions } from './options.ts';

const wrong: [args: string[], says: RegExp][] = [
  [['--lease-duraton', '4s'], /no such option: --lease-duraton. Did you mean --lease-duration\?/],
  [['--link-port', 'https'], /--link-port https is no port: 0 to 65535/],
  [['--retry-period', 'soon'], /--retry-period: "soon" is no duration such as 30s/],
  [['--lease-duration', '2s'], /--lease-duration must be longer than --renew-deadline/],
  [['--serving-life', '30s'], /--serving-life must be a minute at least/],
  [['--ca-life', '30m'], /--ca-life must be an hour at least/],
  [['--namespaces', 'shop,Blog'], /--namespaces: Blog is no name of a namespace/],
  [['--namespaces', ','], /--namespaces , names nothing/],
  [['--namespaces', 'shop', '--secrets-in', 'shop,blog'], /--secrets-in names blog, and --namespaces does not/],
  [['--log-level', 'loud'], /--log-level loud is none of debug, info, warn, error/],
  [['serve'], /serve/],
];

for (const [args, says] of wrong) {
  test(`${args.join(' ')} is refused in a sentence`, () => {
    const parsed = parseOptions(args, {});
    assert.ok(isUsage(parsed) && parsed.exitCode === 2);
    assert.match(parsed.text, says);
  });
}

test('what is not said has a default, and the pod tells the rest by its environment', () => {
  const parsed = parseOptions(['--lease-duration=4s', '--renew-deadline=3s', '--retry-period=500ms'], {
    POD_NAME: 'op-1',
    POD_NAMESPACE: 'ops',
  });
  assert.ok(!isUsage(parsed));
  const { leaseDurationMs, retryPeriodMs, linkPort, podName, namespace } = parsed;
  assert.deepEqual([leaseDurationMs, retryPeriodMs, linkPort, podName, namespace], [4000, 500, 8443, 'op-1', 'ops']);
});

for (const [args, namespaces, secretsIn, why] of [
  [[], null, null, 'all that its Roles allow, where nothing is said'],
  [['--secrets-in='], null, [], 'all namespaces, and no Secrets'],
  [['--secrets-in=shop'], null, ['shop'], 'all namespaces, and the Secrets of one'],
  [['--namespaces=shop, blog,shop'], ['shop', 'blog'], null, 'two namespaces, and their Secrets'],
  [['--namespaces', 'shop,blog', '--secrets-in', 'blog'], ['shop', 'blog'], ['blog'], 'two namespaces, and the Secrets of one'],
] as const)
  test(`it looks into ${why}`, () => {
    const parsed = parseOptions(args, {});
    assert.ok(!isUsage(parsed));
    assert.deepEqual(parsed.rights, { namespaces, secretsIn });
  });

test('--help names every option, and is no failure', () => {
  const parsed = parseOptions(['--help'], {});
  assert.ok(isUsage(parsed) && parsed.exitCode === 0);
  assert.match(parsed.text, /--lease-duration .*\(15s\)/);
});

test('what is injected is said by a flag, or beside the operator’s own image in its manifest', () => {
  const imageOf = (args: string[], env: NodeJS.ProcessEnv) => {
    const parsed = parseOptions(args, env);
    return isUsage(parsed) ? parsed.text : parsed.sidecarImage;
  };
  assert.equal(imageOf(['--sidecar-image', 'one'], { SIDECAR_IMAGE: 'two' }), 'one');
  assert.equal(imageOf([], { SIDECAR_IMAGE: 'two' }), 'two');
  assert.equal(imageOf([], {}), 'localhost/fleet-reload-sidecar:dev');
});

test('a certificate of somebody else’s is named by a flag, or by the environment, to which a manifest can be added', () => {
  const certsOf = (args: string[], env: NodeJS.ProcessEnv) => {
    const parsed = parseOptions(args, env);
    return isUsage(parsed) ? parsed.text : parsed.webhookCerts;
  };
  assert.equal(certsOf(['--webhook-certs', '/one'], { WEBHOOK_CERTS: '/two' }), '/one');
  assert.equal(certsOf([], { WEBHOOK_CERTS: '/two' }), '/two');
  assert.equal(certsOf([], {}), null);
});
