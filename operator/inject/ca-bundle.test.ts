import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundlePatch, type WebhookConfiguration } from './ca-bundle.ts';

const OURS = Buffer.from('ours').toString('base64');
const service = { namespace: 'fleet-reload-system', name: 'fleet-reload-webhook' };

const cases: [webhooks: WebhookConfiguration['webhooks'], written: readonly string[], because: string][] = [
  [[{ clientConfig: { service } }], ['/webhooks/0/clientConfig/caBundle'], 'as it is installed, it trusts nobody'],
  [[{ clientConfig: { service, caBundle: 'b3RoZXI=' } }], ['/webhooks/0/clientConfig/caBundle'], 'somebody wrote over it'],
  [[{ clientConfig: { service, caBundle: OURS } }], [], 'all is well'],
  [
    [{ clientConfig: {} }, { clientConfig: { service } }],
    ['/webhooks/1/clientConfig/caBundle'],
    'one that is asked by its URL is not ours',
  ],
  [[], [], 'there is nothing to write'],
];

for (const [webhooks, written, because] of cases) {
  test(`${JSON.stringify(webhooks)}: ${because}`, () => {
    const [test, ...steps] = bundlePatch(aConfiguration(webhooks), 'ours');
    assert.deepEqual(
      steps,
      written.map((path) => ({ op: 'add', path, value: OURS })),
    );
    assert.deepEqual(test, written.length > 0 ? { op: 'test', path: '/metadata/resourceVersion', value: '7' } : undefined);
  });
}

test('where there is no configuration, nothing is written', () => assert.deepEqual(bundlePatch(undefined, 'ours'), []));

function aConfiguration(webhooks: WebhookConfiguration['webhooks']): WebhookConfiguration {
  return { metadata: { name: 'fleet-reload', uid: '1', resourceVersion: '7' }, ...(webhooks && { webhooks }) };
}
