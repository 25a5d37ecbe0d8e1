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
    ready: 0,
    replicas: 1,
  });
});
