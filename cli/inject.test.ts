import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { OPTIONS, shapes } from '../operator/inject/testing/shapes.ts';
import { type File, injectInto } from './inject.ts';

const GOLDEN = new URL('golden/', import.meta.url);

// UPDATE=1 writes what comes out: read the diff before you commit it.
for (const file of readdirSync(GOLDEN).filter((name) => name.endsWith('.in.yaml'))) {
  test(`${file} comes out as its golden file, and that one as it is`, () => {
    const given = { name: file, text: readFileSync(new URL(file, GOLDEN), 'utf8') };
    const { exitCode, stdout, said } = injectInto([given], [], OPTIONS);
    assert.deepEqual({ exitCode, said }, { exitCode: 0, said: [] });
    const out = new URL(file.replace('.in.', '.out.'), GOLDEN);
    if (process.env.UPDATE) writeFileSync(out, stdout);
    assert.equal(stdout, readFileSync(out, 'utf8'));
    assert.equal(injectInto([{ name: 'again', text: stdout }], [], OPTIONS).stdout, stdout);
    const lines = new Set(stdout.split('\n'));
    const lost = given.text.split('\n').filter((line) => /^\s*#/.test(line) && !lines.has(line));
    assert.deepEqual(lost, [], 'no comment that has a line of its own is lost');
  });
}

// However it is written: what is read from the edited text is what the webhook would make of the pod.
for (const [style, write] of Object.entries({
  'in block style': (value: unknown) => stringify(value),
  'with lists as deep as their keys': (value: unknown) => stringify(value, { indentSeq: false }),
  'with four spaces': (value: unknown) => stringify(value, { indent: 4 }),
  'in one line': (value: unknown) => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }),
  'as JSON': (value: unknown) => JSON.stringify(value, null, 2),
  'with CRLF': (value: unknown) => stringify(value).replaceAll('\n', '\r\n'),
})) {
  for (const { name, policy, pod, answer } of shapes()) {
    test(`${name} ${style}`, () => {
      const files: readonly File[] = [{ name: 'pod.yaml', text: write({ apiVersion: 'v1', kind: 'Pod', ...pod }) }];
      const { exitCode, stdout } = injectInto(files, [{ name: 'policy.yaml', text: write(policy) }], OPTIONS);
      assert.equal(exitCode, 0);
      const wanted = answer.kind === 'injected' ? answer.pod : pod;
      assert.deepEqual(parseAllDocuments(stdout)[0]?.toJS(), { apiVersion: 'v1', kind: 'Pod', ...wanted });
      if (answer.kind === 'none') assert.equal(stdout, files[0]?.text);
      if (style === 'with CRLF') assert.doesNotMatch(stdout, /[^\r]\n/);
    });
  }
}

const POLICY = `
apiVersion: fleetreload.dev/v1alpha1
kind: ReloadPolicy
metadata: { name: web, namespace: shop }
spec:
  sources: [{ configMap: { name: web-config } }]
  targets: { selector: { matchLabels: { app: web } } }
  handle: { http: { port: 8080, path: /-/reload } }
`;
const deployment = (volumes: string, namespace = 'shop') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: app }], volumes: ${volumes} }
`;
const GOOD = '[{ name: conf, configMap: { name: web-config } }]';

for (const [title, files, exitCode, said] of [
  [
    'a refusal says file, document and object, and nothing is written',
    [POLICY, `${deployment(GOOD)}---${deployment('[]')}---${deployment(GOOD, 'other')}`],
    1,
    [
      '2.yaml, document 2: Deployment web is refused by policy web: no volume of the pod shows a source of its policy (ConfigMap web-config): mount one, or let the policy not select the pod',
    ],
  ],
  [
    'a pod of another namespace is not selected, and is said to stay',
    [POLICY, deployment(GOOD, 'other')],
    0,
    ['2.yaml, document 1: Deployment web stays as it is: no ReloadPolicy selects the pod'],
  ],
  ['no policy at all', [deployment(GOOD)], 2, ['there is no ReloadPolicy in the files: name a file that has it with --policy']],
  [
    'a policy that the API server would refuse',
    [POLICY.replace('port: 8080', 'port: 0')],
    2,
    ['1.yaml, document 1: ReloadPolicy web: spec.handle.http.port: Too small: expected number to be >=1'],
  ],
  [
    'no YAML',
    [POLICY, 'a: [1, 2'],
    2,
    ['2.yaml: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 9'],
  ],
  [
    'a template that is none',
    [POLICY, deployment('{}')],
    2,
    ['2.yaml, document 1: Deployment web: spec.template.spec.volumes: Invalid input: expected array, received object'],
  ],
  [
    'a Deployment without a template',
    [POLICY, 'kind: Deployment\nspec: {}\n'],
    2,
    ['2.yaml, document 1: Deployment without a name: spec.template: Invalid input: expected object, received undefined'],
  ],
] as const) {
  test(title, () => {
    const outcome = injectInto(
      files.map((text, i) => ({ name: `${i + 1}.yaml`, text })),
      [],
      OPTIONS,
    );
    assert.deepEqual({ exitCode: outcome.exitCode, said: outcome.said }, { exitCode, said });
    assert.equal(outcome.stdout !== '', exitCode === 0);
  });
}

const shared = (first: string, second: string) => `
kind: List
items:
  - { kind: Pod, metadata: { name: one, labels: { app: ${first} } }, spec: { containers: [{ name: app }], volumes: &v [{ name: conf, configMap: { name: web-config } }] } }
  - { kind: Pod, metadata: { name: two, labels: { app: ${second} } }, spec: { containers: [{ name: app }], volumes: *v } }
`;

test('a policy without a namespace is for pods of any', () => {
  const files = [POLICY.replace(', namespace: shop', ''), deployment(GOOD, 'other')].map((text) => ({ name: 'f', text }));
  assert.deepEqual(injectInto(files, [], OPTIONS).said, []);
});

test('what follows a text of several lines, the last thing in its pod, stands on lines of its own', () => {
  const pod =
    'kind: Pod\nmetadata: { labels: { app: web } }\nspec:\n  containers: [{ name: app }]\n  volumes: [{ name: conf, configMap: { name: web-config } }]\n';
  const text = `${pod}  schedulerName: |\n    mine\n\n# the end\n`;
  const handle = POLICY.replace('http: { port: 8080, path: /-/reload }', 'signal: { process: app }');
  const { stdout } = injectInto(
    [{ name: 'f', text: text.replace('spec:', 'spec:\n  securityContext: { runAsUser: 1 }') }],
    [{ name: 'p', text: handle }],
    OPTIONS,
  );
  assert.match(stdout, /    mine\n  shareProcessNamespace: true\n\n# the end\n$/);
});

test('an alias is written out where only it is to change, and stays where its anchor changes as well', () => {
  const volumes = /volumes: (&v |\*v)?/g;
  const out = (first: string, second: string) => injectInto([{ name: 'f', text: POLICY + '---' + shared(first, second) }], [], OPTIONS);
  assert.deepEqual(out('other', 'web').stdout.match(volumes), ['volumes: &v ', 'volumes: ']);
  assert.deepEqual(out('web', 'web').stdout.match(volumes), ['volumes: &v ', 'volumes: *v']);
  assert.deepEqual(out('web', 'other'), {
    exitCode: 2,
    stdout: '',
    said: ['f: an anchor shares what is to change with what is to stay: write it out'],
  });
});

test('several files come out as one stream of documents', () => {
  const { stdout } = injectInto(
    [
      { name: '1', text: 'a: 1' },
      { name: '2', text: '---\nb: 2\n' },
      { name: '3', text: 'c: 3\n' },
    ],
    [{ name: 'policy', text: POLICY }],
    OPTIONS,
  );
  assert.equal(stdout, 'a: 1\n---\nb: 2\n---\nc: 3\n');
});
