/** What the chart makes: by default, and what else with other values. Helm asks no cluster for it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { isGolden } from '../support/golden.ts';
import { onCluster } from '../support/kubectl.ts';

const CHART = 'charts/fleet-reload';
const render = (...values: readonly string[]) =>
  onCluster('helm', 'template', 'fleet-reload', CHART, '-n', 'fleet-reload-system', ...values.flatMap((value) => ['--set', value]));
const DEFAULTS = await render();

test('helm lint has nothing to say', async () => {
  await onCluster('helm', 'lint', '--strict', CHART);
});

test('a value that there is not is refused, by its name', async () => {
  await assert.rejects(render('replica=3'), /additional properties 'replica' not allowed/);
});

test('Secrets of a namespace that is none of the named ones are refused', async () => {
  const values = ['namespaces={shop}', 'secrets.enabled=true', 'secrets.namespaces={blog}'];
  await assert.rejects(render(...values), /secrets.namespaces names blog, and namespaces does not/);
});

test('by default the rendering is test/integration/charts/default.yaml, beside the definitions of crds/', async () => {
  isGolden(join(import.meta.dirname, 'charts/default.yaml'), await render('crds.install=false'));
});

test('a release of another name, elsewhere, names nothing of the default one', async () => {
  const lines = (await onCluster('helm', 'template', 'blue', CHART, '-n', 'ops')).split('\n').map((line) => line.trim());
  assert.deepEqual(new Set(lines.filter((line) => /(?<!blue-)fleet-reload/.test(line) && !/^#|^description:/.test(line))), UNNAMED);
});

/** The chart and the images, and what has that name wherever the operator is. */
const UNNAMED = new Set([
  'app.kubernetes.io/name: fleet-reload',
  'helm.sh/chart: fleet-reload-0.1.0',
  '- --sidecar-image=localhost/fleet-reload-sidecar:dev',
  'image: localhost/fleet-reload-operator:dev',
  'resourceNames: [fleet-reload-ca, fleet-reload-digest-key]',
  'resourceNames: [fleet-reload-ca]',
]);

const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  'cert-manager': ['injection.certManager.enabled=true'],
  'cert-manager-issuer': [
    'injection.certManager.enabled=true',
    'injection.certManager.issuerRef.kind=ClusterIssuer',
    'injection.certManager.issuerRef.name=internal',
  ],
  'service-monitor': ['serviceMonitor.enabled=true', 'serviceMonitor.labels.release=prometheus'],
  'job-gate': ['jobGate=true'],
  'one-replica-by-digest': ['replicas=1', `image.digest=sha256:${'0'.repeat(64)}`, 'sidecar.image.tag='],
  secrets: ['secrets.enabled=true'],
  'secrets-of-one-namespace': ['secrets.enabled=true', 'secrets.namespaces={shop}'],
  namespaces: ['namespaces={shop,blog}'],
  'namespaces-and-their-secrets': ['namespaces={shop,blog}', 'secrets.enabled=true'],
  'crds-go-too': ['crds.keep=false'],
};

for (const [name, values] of Object.entries(GOLDEN))
  test(`with ${values.join(' ')} the rendering differs as in test/integration/charts/${name}.diff`, async () => {
    isGolden(join(import.meta.dirname, 'charts', `${name}.diff`), difference(withoutTest(DEFAULTS), withoutTest(await render(...values))));
  });

test('a namespace may be named like a number, or like nothing', async () => {
  const named = ['--set-json', 'namespaces=["123","null"]', '--set', 'secrets.enabled=true'];
  const rendered = await onCluster('helm', 'template', 'fleet-reload', CHART, '-n', 'fleet-reload-system', ...named);
  const objects = parseAllDocuments(rendered).map((document) => document.toJS() as { readonly metadata: Metadata } | null);
  const where = new Set(objects.map((object) => object?.metadata.namespace).filter((it) => it !== undefined));
  assert.deepEqual(where, new Set(['fleet-reload-system', '123', 'null']));
});

test('an operator of some namespaces has no helm test, which would make one of its own', async () => {
  assert.equal(withoutTest(await render('namespaces={shop}')), await render('namespaces={shop}'));
});

type Metadata = { readonly namespace?: string };

/** Without what `helm test` makes. */
function withoutTest(rendered: string): string {
  return rendered
    .split(/^(?=---$)/m)
    .filter((document) => !document.includes('/templates/tests/'))
    .join('');
}

/** The lines that go and come, with two around them. Without line numbers, which move with every other change. */
function difference(before: string, after: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'chart-'));
  writeFileSync(join(folder, 'before'), before);
  const { stdout } = spawnSync('diff', ['-U2', join(folder, 'before'), '-'], { encoding: 'utf8', input: after });
  rmSync(folder, { recursive: true });
  return stdout
    .split('\n')
    .slice(2)
    .map((line) => (line.startsWith('@@') ? '@@' : line))
    .join('\n');
}
