import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type Deployment, operatorOf } from './operators.ts';

test('of what the chart installs one is the operator, and everything is found that a doctor asks for', () => {
  const documents = parseAllDocuments(readFileSync('test/integration/charts/default.yaml', 'utf8')).map((it) => it.toJS() as object);
  const deployments = documents.filter((it): it is Deployment => 'kind' in it && it.kind === 'Deployment');
  const [operator, ...more] = deployments.flatMap((it) => operatorOf(it) ?? []);
  assert.deepEqual(more, []);
  const { metadata } = deployments.find((it) => it.metadata.name === operator?.name) ?? {};
  assert.equal(metadata?.labels?.['app.kubernetes.io/name'], 'fleet-reload');
  assert.deepEqual([operator?.lease, operator?.webhook], [metadata?.name, metadata?.name]);
  assert.deepEqual([operator?.version, operator?.replicas], [metadata?.labels?.['app.kubernetes.io/version'], 2]);
  assert.deepEqual([operator?.namespaces, operator?.secretsIn], [null, []]);
  assert.match(`${operator?.image} ${operator?.sidecarImage}`, /operator\S* \S*sidecar/);
});

test('what it does not say is as the operator takes it', () => {
  const operator = operatorOf({
    metadata: { name: 'by-hand', namespace: 'system' },
    spec: { template: { spec: { containers: [{ name: 'operator' }] } } },
  });
  assert.deepEqual(operator, {
    namespace: 'system',
    name: 'by-hand',
    version: null,
    image: '',
    sidecarImage: null,
    lease: 'fleet-reload',
    webhook: 'fleet-reload',
    namespaces: null,
    secretsIn: null,
    ready: 0,
    replicas: 1,
  });
});

test('where it looks is said by its options', () => {
  const args = ['--namespaces=shop,blog', '--secrets-in=shop', '--lease=my-lease'];
  const spec = { template: { spec: { containers: [{ name: 'proxy' }, { name: 'operator', args }] } } };
  const operator = operatorOf({ metadata: { name: 'my', namespace: 'system' }, spec });
  assert.deepEqual([operator?.namespaces, operator?.secretsIn, operator?.lease], [['shop', 'blog'], ['shop'], 'my-lease']);
});
