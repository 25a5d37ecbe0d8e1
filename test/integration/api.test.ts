/** The API on a real API server: what it refuses and says of a policy, what it fills in, what kubectl shows of it. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { BAD_POLICIES, GOOD_SPEC } from '../../crds/fixtures/bad-policies.ts';
import { fullStatus, overfullStatus } from '../../crds/fixtures/full-status.ts';
import { ReloadPolicy } from '../../crds/reload-policy.ts';
import { bytesOf, fit } from '../../operator/fit.ts';
import { anApiUser, eventually } from '../support/api-user.ts';

const { run, kubectl, create, patch, columns, leave } = await anApiUser();
after(leave);

test('the API server refuses a bad policy, and says what, where, and what to do:', async (t) => {
  for (const { title, spec, says } of BAD_POLICIES) {
    await t.test(title, async () => {
      const { stderr } = await run(['create', '--dry-run=server', '-f', '-'], policy('bad', { ...parse(GOOD_SPEC), ...parse(spec) }));
      const [only, ...more] = says;
      assert.equal(stderr.trimEnd(), `The ReloadPolicy "bad" is invalid: ${more.length === 0 ? only : ['', ...says].join('\n* ')}`);
    });
  }
});

test('a field that is not in the API is refused with its name', async () => {
  const { stderr } = await run(['create', '--dry-run=server', '-f', '-'], policy('bad', { ...parse(GOOD_SPEC), preflight: {} }));
  assert.match(stderr, /strict decoding error: unknown field "spec.preflight"/);
});

test("a policy's name is at most 63 bytes, since it is a label's value", async () => {
  const { stderr } = await run(['create', '--dry-run=server', '-f', '-'], policy('p'.repeat(64), parse(GOOD_SPEC)));
  assert.match(stderr, / metadata.name: Too long: may not be more than 63 bytes\n/);
});

test('a policy of three fields comes back with every default, and zod fills in the same', async () => {
  const created = await create(policy('minimal', parse(GOOD_SPEC)));
  assert.deepEqual(created.spec, {
    sources: [{ configMap: { name: 'checkout-config', optional: false } }],
    targets: { selector: { matchLabels: { app: 'checkout' } } },
    handle: { signal: { process: 'nginx', signal: 'SIGHUP' }, timeout: '20s', retries: 1 },
    trigger: { maxWait: '30s', minInterval: '0s' },
    waves: [
      { upTo: 1, bake: '30s' },
      { upTo: '10%', bake: '30s' },
      { upTo: '50%', bake: '30s' },
      { upTo: '100%', bake: '30s' },
    ],
    gates: { readiness: { restarts: 0 } },
    maxUnavailable: '25%',
    maxFailures: 0,
    deadline: '1h',
    onFailure: 'Rollback',
    onNewRevision: 'Supersede',
    paused: false,
    revisionHistoryLimit: 10,
  });
  assert.deepEqual(ReloadPolicy.parse({ ...created, spec: parse(GOOD_SPEC) }).spec, created.spec);
});

test('a policy that says everything comes back as it was said', async () => {
  const said = parse(`
    sources:
      - configMap: { name: checkout-config, optional: true }
      - secret: { name: checkout-tls, keys: [tls.crt, .hidden, tls.key], optional: false }
    targets:
      selector:
        matchLabels: { app.kubernetes.io/name: checkout, empty: "" }
        matchExpressions:
          - { key: tier, operator: NotIn, values: [test, ""] }
          - { key: example.com/canary, operator: DoesNotExist }
    handle:
      http: { port: 65535, path: "/-/reload?wait=1", method: PUT, headers: [{ name: X-Reload, value: "by fleet reload" }] }
      verify: { http: { port: 8080, path: /version, jsonPath: "$.a.b-c[0]['d e']", equals: { source: checkout-config, key: version } } }
      timeout: 10m
      retries: 0
    trigger: { quiet: 30s, maxWait: 30s, minInterval: 24h }
    waves:
      - { upTo: 1, bake: 0s, approval: Required }
      - { upTo: 10%, bake: 1h30m, spread: topology.kubernetes.io/zone }
      - { upTo: 20, bake: 24h }
      - { upTo: 100%, bake: 500ms }
    gates:
      readiness: { restarts: 3 }
      http:
        - { name: config, port: 80, path: /health/config, scheme: HTTPS, jsonPath: $.state, matches: "(?i)^(ok|warm)$", interval: 1s, failures: 10 }
      metrics:
        - name: errors
          prometheus:
            address: https://prometheus.monitoring:9090/prom
            query: 'sum(rate(errors_total{pod=~"{{canary}}"}[1m]))'
            token: { secret: { name: prometheus, key: token } }
            ca: { secret: { name: prometheus, key: ca.crt } }
          min: -1
          max: 0.01
          interval: 10m
          failures: 2
          noData: Pass
          dryRun: true
      job:
        template:
          metadata: { labels: { app: smoke } }
          spec: { restartPolicy: Never, containers: [{ name: smoke, image: "localhost/busybox:1", args: ["true"], resources: { limits: { cpu: 1 } } }] }
        timeout: 10s
    maxUnavailable: 2
    maxFailures: 5%
    deadline: 720h
    windows: [{ cron: "*/30 2-4 * JAN-MAR,12 MON#1", duration: 168h, timeZone: America/Argentina/Buenos_Aires }]
    onFailure: Pause
    onNewRevision: Finish
    paused: true
    revisionHistoryLimit: 0
  `);
  const created = await create(policy('full', said));
  assert.deepEqual(created.spec, said);
  assert.deepEqual(ReloadPolicy.parse(created).spec, said);
});

test("the fullest status comes back to the millisecond, as the operator's memory must", async () => {
  await create(policy('remembered', parse(GOOD_SPEC)));
  const status = fullStatus();
  const written = await patch('rp', 'remembered', { status }, '--subresource=status');
  assert.deepEqual(written.status, status);
  assert.deepEqual(ReloadPolicy.parse(written).status, status);
});

test('a status that was shortened to fit is let in as it is, whatever is said in it, and is written in fewer than 16 KiB', async () => {
  for (const [name, character] of Object.entries({ latin: 'x', wide: '語', escaped: '<', control: '\u0001' })) {
    await create(policy(name, parse(GOOD_SPEC)));
    const status = fit(overfullStatus(character));
    const written = await patch('rp', name, { status }, '--subresource=status');
    assert.deepEqual(written.status, status);
    const { namespace } = written.metadata;
    const whole = await kubectl(['get', '--raw', `/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloadpolicies/${name}`]);
    const bytes = Buffer.byteLength(whole.trimEnd().slice(whole.lastIndexOf('"status":{') + '"status":'.length, -1));
    assert.equal(bytes, bytesOf(status));
    assert.ok(bytes < 16 * 1024, `${bytes} bytes`);
  }
});

test('a status of too many offenders is refused', async () => {
  await create(policy('offended', parse(GOOD_SPEC)));
  const offenders = Array.from({ length: 21 }, (_, i) => ({ member: `pod-${i}`, because: 'refused' }));
  const { stderr } = await run([
    'patch',
    'rp',
    'offended',
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status: { offenders } }),
  ]);
  assert.match(stderr, /status.offenders: Too many: 21: must have at most 20 items/);
});

test('a write of status leaves the spec, and a write of the spec leaves the status', async () => {
  await create(policy('apart', parse(GOOD_SPEC)));
  const bySubresource = await patch('rp', 'apart', { spec: { paused: true }, status: { phase: 'Paused' } }, '--subresource=status');
  assert.deepEqual([bySubresource.spec.paused, bySubresource.status?.phase], [false, 'Paused']);
  const byObject = await patch('rp', 'apart', { spec: { paused: true }, status: { phase: 'Healthy' } });
  assert.deepEqual([byObject.spec.paused, byObject.status?.phase], [true, 'Paused']);
});

test('kubectl get shows how far a policy is', async () => {
  await create(policy('shown', parse(GOOD_SPEC)));
  const status = {
    phase: 'Progressing',
    stableRevision: '000000000000000a',
    candidateRevision: '000000000000000b',
    wave: 2,
    because: 'wave 2 bakes',
  };
  await patch(
    'rp',
    'shown',
    { status: { ...status, members: { ...fullStatus().members, applied: 5, total: 10 } } },
    '--subresource=status',
  );
  assert.deepEqual((await columns('rp', 'shown')).slice(0, 1), [
    ['NAME', 'PHASE', 'STABLE', 'CANDIDATE', 'WAVE', 'APPLIED', 'MEMBERS', 'AGE'],
  ]);
  const [head, row] = await columns('rp', 'shown', '-o', 'wide');
  assert.deepEqual(head, ['NAME', 'PHASE', 'STABLE', 'CANDIDATE', 'WAVE', 'APPLIED', 'MEMBERS', 'BECAUSE', 'AGE']);
  assert.deepEqual(row?.slice(0, -1), ['shown', 'Progressing', '000000000000000a', '000000000000000b', '2', '5', '10', 'wave 2 bakes']);
});

test('kubectl explain tells the fields in words', async () => {
  // The API server publishes the description of a new kind a moment after it serves the kind.
  const bake = await eventually(() => kubectl(['explain', 'rp.spec.waves.bake']));
  assert.match(
    bake.replaceAll(/\s+/g, ' '),
    /For how long the gates must hold after the wave's last member applied\. A duration from 0s to 24h\./,
  );
  const outcome = await eventually(() => kubectl(['explain', 'rl.status.outcome']));
  assert.match(outcome.replaceAll(/\s+/g, ' '), /How the rollout ended\./);
});

function policy(name: string, spec: unknown): string {
  return JSON.stringify({ apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata: { name }, spec });
}
