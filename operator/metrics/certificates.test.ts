import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issue, makeAuthority } from '../link/certificates.ts';
import { openMetrics } from '../metrics.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-01-01T00:00:00Z');

test('what is served, and the CA that signed it, say when they expire: another CA of the bundle does not', async () => {
  const other = await makeAuthority(NOW, 500 * HOUR_MS);
  const signer = await makeAuthority(NOW, 100 * HOUR_MS);
  const serving = await issue(signer, ['localhost'], NOW, 10 * HOUR_MS);
  const metrics = openMetrics();
  metrics.serves(serving.cert, `${other.cert}\n${signer.cert}\n`);
  const text = await metrics.text();
  const expires = (certificate: string) =>
    Number(new RegExp(`^certificate_expiry_timestamp_seconds\\{certificate="${certificate}"\\} (\\d+)$`, 'm').exec(text)?.[1]) * 1000;
  assert.equal(expires('serving'), NOW + 10 * HOUR_MS);
  assert.equal(expires('ca'), NOW + 100 * HOUR_MS);
});
