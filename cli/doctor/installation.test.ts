import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPolicy, healthy, NOW } from '../testing/objects.ts';
import { anOperator } from './testing/an-operator.ts';
import { leaderMissing, overlooked, replicasMissing, secretsMissing, webhookMissing } from './installation.ts';

const lease = (renewTime: string) => ({ spec: { holderIdentity: 'fleet-reload-x', renewTime, leaseDurationSeconds: 15 } });

for (const [found, says, because] of [
  [lease('2026-11-02T10:44:50Z'), null, 'it was renewed just now'],
  [lease('2026-11-02T10:44:00Z'), /^fleet-reload-x has not renewed the Lease in system since/, 'its holder is gone'],
  [{ spec: {} }, /^nobody holds the Lease/, 'it was given back'],
  [null, /^nobody holds the Lease my-fleet-reload in system: a replica/, 'there never was one'],
] as const)
  test(`an operator leads or not: ${because}`, () => {
    const wrong = leaderMissing(found, anOperator(), NOW);
    if (says === null) assert.equal(wrong, null);
    else assert.match(wrong ?? '', says);
  });

test('a webhook that is not there, or that nobody can trust, gives no pod its sidecar', () => {
  assert.equal(webhookMissing({ webhooks: [{ clientConfig: { caBundle: 'LS0t' } }] }, 'it'), null);
  assert.match(webhookMissing({ webhooks: [{ clientConfig: {} }] }, 'it') ?? '', /^it has no caBundle yet/);
  assert.match(webhookMissing(null, 'my-hook') ?? '', /^there is no MutatingWebhookConfiguration my-hook: upgrade/);
});

test('replicas that are not Ready are counted', () => {
  assert.equal(replicasMissing(anOperator()), null);
  assert.match(replicasMissing(anOperator({ ready: 1 })) ?? '', /^1 of 2 are: see why by kubectl describe pods -n system/);
  assert.match(
    replicasMissing(anOperator({ ready: 0, replicas: 0 })) ?? '',
    /^there are to be none: kubectl scale -n system deployment\/my-fleet-reload --replicas=2$/,
  );
});

test('a namespace that no operator looks at is said to be none', () => {
  const some = anOperator({ namespaces: ['blog', 'web'] });
  assert.equal(
    overlooked('shop', [some]),
    'my-fleet-reload in system looks at blog, web only: add shop to the value namespaces of its chart',
  );
  assert.equal(overlooked('blog', [some]), null);
  assert.equal(overlooked('shop', [some, anOperator()]), null);
});

test('policies that name Secrets where the operator reads none are told what to set', () => {
  const policies = [aPolicy(healthy, 'tls', { sources: [{ secret: { name: 'web-tls' } }] }), aPolicy(healthy)];
  assert.match(
    secretsMissing('shop', policies, [anOperator({ secretsIn: ['blog'] })]) ?? '',
    /^tls names Secrets, and the operator reads none there: set the chart's value secrets\.enabled, or add shop/,
  );
  assert.equal(secretsMissing('shop', policies, [anOperator({ secretsIn: ['shop'] })]), null);
  assert.equal(secretsMissing('shop', policies.slice(1), [anOperator({ secretsIn: [] })]), null);
});
