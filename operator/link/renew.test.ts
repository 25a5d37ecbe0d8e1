import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { Trusted } from './authority.ts';
import { makeAuthority, type Serving } from './certificates.ts';
import { keepServing } from './renew.ts';
import { until } from './testing/a-link.ts';
import { turnedClock } from './testing/turned-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('a serving certificate is renewed after twenty days, and not before', async () => {
  const { clock, served, looks } = await aRenewal();
  clock.turn(20 * DAY - HOUR);
  await until(() => looks() === 20 * 24 - 1);
  assert.equal(served.length, 0);
  clock.turn(HOUR);
  await until(() => served.length === 1);
});

test('a changed CA is taken up: members are told first what to trust, then are served by it', async () => {
  const { clock, served, bundles, bundle, trusted, first } = await aRenewal();
  const next = await makeAuthority(clock.now());
  trusted.now = { authority: trusted.now.authority, bundle: trusted.now.bundle + next.cert };
  clock.turn(HOUR);
  await until(() => bundles.length === 1);
  assert.equal(bundle(), trusted.now.bundle);
  assert.equal(served.length, 0);
  trusted.now = { authority: next, bundle: trusted.now.bundle };
  clock.turn(HOUR);
  await until(() => served.length === 1);
  assert.ok(new X509Certificate(served[0]?.cert ?? '').checkIssued(new X509Certificate(next.cert)));
  assert.notEqual(served[0]?.cert, first.cert);
});

test('an API server that is away is asked again in an hour', async () => {
  const { clock, served, trusted, logged } = await aRenewal();
  const { now } = trusted;
  trusted.now = null as never;
  clock.turn(20 * DAY);
  await until(() => logged.includes('serving certificate could not be renewed yet'));
  assert.equal(served.length, 0);
  trusted.now = now;
  clock.turn(HOUR);
  await until(() => served.length === 1);
});

async function aRenewal() {
  const clock = turnedClock();
  const authority = await makeAuthority(clock.now());
  const trusted: { now: Trusted } = { now: { authority, bundle: authority.cert } };
  const served: Serving[] = [];
  const bundles: string[] = [];
  const logged: string[] = [];
  const keep = (_fields: object, message: string) => void logged.push(message);
  let reads = 0;
  const renewal = await keepServing({
    authority: async () => {
      reads += 1;
      if (!trusted.now) throw new Error('no answer');
      return trusted.now;
    },
    dnsNames: ['link.test'],
    clock,
    log: { debug: keep, info: keep, warn: keep, error: keep },
    onServing: (serving) => served.push(serving),
    onBundle: (bundle) => bundles.push(bundle),
  });
  return { clock, served, bundles, trusted, logged, first: renewal.serving, bundle: () => renewal.bundle, looks: () => reads - 1 };
}
