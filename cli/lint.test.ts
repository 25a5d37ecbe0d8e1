import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from './lint.ts';

const POLICY = `
apiVersion: fleetreload.dev/v1alpha1
kind: ReloadPolicy
metadata: { name: web }
spec:
  sources: [{ configMap: { name: web-config, keys: [app.conf] } }]
  targets: { selector: { matchLabels: { app: web } } }
  handle: { http: { port: 8080, path: /-/reload } }
  waves: [{ upTo: 1 }, { upTo: 100% }]
`;
const CONFIG = `
kind: ConfigMap
metadata: { name: web-config }
data: { app.conf: a }
`;
const POD = `
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers: [{ name: app, volumeMounts: [{ name: config, mountPath: /config }] }]
  volumes: [{ name: config, configMap: { name: web-config, items: [{ key: app.conf, path: app.conf }] } }]
`;

const linted = (...texts: readonly string[]) => lint([{ name: 'all.yaml', text: texts.join('---') }]);

test('what is right is said to be so', () => {
  assert.deepEqual(linted(POLICY, CONFIG, POD), { exitCode: 0, stdout: '1 policy: nothing to mend\n', said: [] });
});

test('what is in none of the files may be elsewhere', () => {
  assert.equal(linted(POLICY).exitCode, 0);
});

for (const [texts, says, because] of [
  [
    [POLICY.replace('100%', '50%')],
    /^all\.yaml, document 1: ReloadPolicy web: spec\.waves: waves: the last one must reach 100%$/,
    'a rule of the CRD',
  ],
  [
    [POLICY.replace('waves:', 'wavs:')],
    /ReloadPolicy web: spec\.wavs is no field of a ReloadPolicy$/,
    'a field that would be dropped in silence',
  ],
  [[POLICY.replace('upTo: 1 ', 'upTo: 1, bak: 2m ')], /spec\.waves\[0\]\.bak is no field/, 'one deep inside'],
  [[POLICY.replace('upTo: 1 ', 'upto: 1 ')], /ReloadPolicy web: spec\.waves\[0\] has no upTo: it has upto$/, 'a name that is mistyped'],
  [[POLICY.replace('handle:', 'handel:')], /: spec has no handle: it has sources, targets, handel, waves$/, 'another one'],
  [[POLICY.replace('8080', '0')], /: spec\.handle\.http\.port: Too small/, 'a value that is none'],
  [
    [POLICY, POD.replace('app: web', 'app: wbe')],
    /spec\.targets\.selector selects none of the pods in the files/,
    'a selector that misses its pods',
  ],
  [
    [POLICY, CONFIG.replace('app.conf', 'nginx.conf')],
    /ConfigMap web-config has no key app\.conf: it has nginx\.conf$/,
    'a key that is not there',
  ],
  [[POLICY, `${CONFIG}immutable: true\n`], /is immutable: no edit of it can ever be rolled out$/, 'a source that cannot be edited'],
  [
    [POLICY, POLICY.replace('name: web }', 'name: too }'), POD],
    /Pod web is selected by web and too: only the oldest of them has it$/,
    'two policies for a pod',
  ],
  [
    [POLICY, POD.replace('/config }', '/config, subPath: app.conf }')],
    /Pod web is refused by policy web: .*subPath/,
    'a pod that the webhook would refuse',
  ],
  [
    [`${POLICY}  windows: [{ cron: "0 2 * * 1-5", duration: 1h, timeZone: Europe/Berln }]\n`],
    /spec\.windows\[0\]\.timeZone "Europe\/Berln" is not understood/,
    'a zone that there is not',
  ],
] as const)
  test(`there is something to mend: ${because}`, () => {
    const { exitCode, stdout, said } = linted(...texts);
    assert.deepEqual([exitCode, stdout, said.length], [1, '', 1]);
    assert.match(said[0] ?? '', says);
  });

test('files without a policy, and what is no YAML, are no files to lint', () => {
  assert.deepEqual(linted(CONFIG), { exitCode: 2, stdout: '', said: ['there is no ReloadPolicy in the files'] });
  const { exitCode, said } = linted('a: [');
  assert.equal(exitCode, 2);
  assert.match(said.join(), /^all\.yaml: .* at line 1, column \d+$/);
});
