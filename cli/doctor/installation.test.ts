import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW } from '../testing/objects.ts';
import { leaderMissing, webhookMissing } from './installation.ts';

const lease = (renewTime: string) => ({ spec: { holderIdentity: 'fleet-reload-x', renewTime, leaseDurationSeconds: 15 } });

for (const [found, says, because] of [
  [lease('2026-11-02T10:44:50Z'), null, 'it was renewed just now'],
  [lease('2026-11-02T10:44:00Z'), /^fleet-reload-x has not renewed the Lease in system since/, 'its holder is gone'],
  [{ spec: {} }, /^nobody holds the Lease/, 'it was given back'],
  [null, /^nobody holds the Lease fleet-reload in system: install/, 'there never was one'],
] as const)
  test(`an operator leads or not: ${because}`, () => {
    const wrong = leaderMissing(found, 'system', NOW);
    if (says === null) assert.equal(wrong, null);
    else assert.match(wrong ?? '', says);
  });

test('a webhook that is not there, or that nobody can trust, gives no pod its sidecar', () => {
  assert.equal(webhookMissing({ webhooks: [{ clientConfig: { caBundle: 'LS0t' } }] }), null);
  assert.match(webhookMissing({ webhooks: [{ clientConfig: {} }] }) ?? '', /^it has no caBundle yet/);
  assert.match(webhookMissing(null) ?? '', /^there is no MutatingWebhookConfiguration/);
});
