import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { certificatesIn, faultOf, issue, makeAuthority } from './certificates.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-24T12:00:00Z');

test('the CA is good for ten years and signs servers', async () => {
  const authority = await makeAuthority(NOW);
  const ca = new X509Certificate(authority.cert);
  assert.ok(ca.ca);
  assert.equal(ca.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(ca.validToDate.getTime(), NOW + 3650 * DAY);
  assert.equal(faultOf(authority, NOW), null);
});

test('a serving certificate names the Service, is signed by the CA, and is renewed when a third of its time is left', async () => {
  const authority = await makeAuthority(NOW);
  const names = ['fleet-reload.fleet-reload-system.svc', 'localhost', '10.101.0.1'];
  const { cert, renewAt } = await issue(authority, names, NOW);
  const parsed = new X509Certificate(cert);
  assert.ok(parsed.verify(new X509Certificate(authority.cert).publicKey));
  assert.ok(parsed.checkIssued(new X509Certificate(authority.cert)));
  assert.equal(parsed.subjectAltName, 'DNS:fleet-reload.fleet-reload-system.svc, DNS:localhost, IP Address:10.101.0.1');
  assert.deepEqual([parsed.validFromDate.getTime(), parsed.validToDate.getTime()], [NOW - 3_600_000, NOW + 30 * DAY]);
  assert.equal(renewAt, NOW + 20 * DAY);
  assert.ok(!parsed.ca);
});

test('two certificates of one CA have different serial numbers and keys', async () => {
  const authority = await makeAuthority(NOW);
  const [one, two] = [await issue(authority, ['a'], NOW), await issue(authority, ['a'], NOW)];
  assert.notEqual(new X509Certificate(one.cert).serialNumber, new X509Certificate(two.cert).serialNumber);
  assert.notEqual(one.key, two.key);
});

test('a text of several PEMs is read as several, each once, whatever stands between', async () => {
  const [one, two] = [(await makeAuthority(NOW)).cert, (await makeAuthority(NOW)).cert];
  const found = certificatesIn(`# old\n${one}${two.replaceAll('\n', '\r\n')}\n${one}`);
  assert.equal(found.length, 2);
  assert.ok(!found.join('').includes('\r'));
  assert.deepEqual(
    found.map((pem) => new X509Certificate(pem).serialNumber),
    [one, two].map((pem) => new X509Certificate(pem).serialNumber),
  );
});

test('what cannot sign is told apart', async () => {
  const [one, two] = [await makeAuthority(NOW), await makeAuthority(NOW)];
  assert.equal(faultOf({ cert: one.cert, key: two.key }, NOW), 'tls.key does not belong to tls.crt');
  assert.equal(faultOf({ cert: '', key: '' }, NOW), 'tls.crt or tls.key is not readable PEM');
  assert.equal(faultOf(await issue(one, ['a'], NOW), NOW), 'tls.crt is not a CA');
  assert.equal(faultOf(one, NOW + 3650 * DAY), 'tls.crt expired at 2036-11-21T12:00:00.000Z');
});
