import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { issue, makeAuthority, type Serving } from '../link/certificates.ts';
import { until } from '../link/testing/a-link.ts';
import { turnedClock } from '../link/testing/turned-clock.ts';
import { followFiles } from './certificate-files.ts';

const MINUTE = 60_000;
const authority = await makeAuthority(Date.now());
const [one, two] = [await issue(authority, ['localhost'], Date.now()), await issue(authority, ['localhost'], Date.now())];

test('a certificate that was renewed is served within a minute, one that is the same is not news', async () => {
  const { clock, write, served, logged } = await aFolder(one);
  clock.turn(MINUTE);
  write(two);
  clock.turn(MINUTE);
  await until(() => served.length === 1);
  assert.deepEqual([served[0]?.cert, served[0]?.key], [two.cert, two.key]);
  assert.deepEqual(logged, ['the certificate of the webhook is another one']);
});

test('a key that does not belong to the certificate is not served, and what comes after it is', async () => {
  const { clock, write, served, logged } = await aFolder(one);
  write({ cert: two.cert, key: one.key });
  clock.turn(MINUTE);
  await until(() => logged.length === 1);
  assert.deepEqual([served, logged], [[], ['the certificate of the webhook stays the old one']]);
  write(two);
  clock.turn(MINUTE);
  await until(() => served.length === 1);
});

test('where there are no files to begin with, the operator ends and says which it misses', async () => {
  const log = { info: () => {}, warn: () => {} };
  await assert.rejects(
    followFiles({ folder: '/nonexistent', clock: turnedClock(), log, onServing: () => {} }),
    /no such file .*\/nonexistent\/tls/,
  );
});

async function aFolder(first: Serving) {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = ({ cert, key }: Serving) => {
    writeFileSync(join(folder, 'tls.crt'), cert);
    writeFileSync(join(folder, 'tls.key'), key);
  };
  write(first);
  const clock = turnedClock();
  const served: Serving[] = [];
  const logged: string[] = [];
  const keep = (_fields: object, message: string) => void logged.push(message);
  await followFiles({ folder, clock, log: { info: keep, warn: keep }, onServing: (serving) => void served.push(serving) });
  return { clock, write, served, logged };
}
