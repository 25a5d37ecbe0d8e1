/** A real sidecar, its app and the real link, and a network between them that loses everything for a while. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue, makeAuthority } from '../../operator/link/certificates.ts';
import { openLink } from '../../operator/link/link.ts';
import { anAssignment, aPod as aKnownPod, managed, tokenOf } from '../../operator/link/testing/a-link.ts';
import { turnedClock } from '../../operator/link/testing/turned-clock.ts';
import { PING_MS } from '../../sidecar/protocol.ts';
import type { App } from '../../sidecar/test/app.ts';
import { HUP } from '../../sidecar/test/operator-double.ts';
import { aPod } from '../../sidecar/test/pod.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';

const UID = '1';

test('partitioned before it hears what it is asked: it is away, and when it is back it is asked again, and its app told once', async (t) => {
  const { link, clock, proxy, app, assign } = await aMember(t);
  proxy.stall();
  assign('two', '2.1');
  assert.equal(link.report(UID)?.asked?.attempt, '2.1');
  clock.turn(4 * PING_MS);
  assert.equal(link.report(UID)?.link.kind, 'away');
  assert.deepEqual(app.told(), ['one']);

  proxy.resume();
  await until('it runs two', () => link.report(UID)?.running?.revision === 'two');
  assert.deepEqual([app.told(), link.report(UID)?.asked], [['one', 'two'], null]);
});

test('partitioned after its app was told: nobody takes it for done until it says so itself, and it is told nothing twice', async (t) => {
  const { link, clock, proxy, app, assign } = await aMember(t);
  assign('two', '2.1');
  await until('its app is told', () => app.told().length === 2);
  proxy.stall();
  clock.turn(4 * PING_MS);
  const { link: state, running } = link.report(UID) ?? {};
  assert.deepEqual([state?.kind, running?.revision], ['away', 'one']);

  proxy.resume();
  await until('it says that it runs two', () => link.report(UID)?.running?.revision === 'two');
  assign('two', '2.1');
  assign('three', '3.1');
  await until('it runs three', () => link.report(UID)?.running?.revision === 'three');
  assert.deepEqual(app.told(), ['one', 'two', 'three']);
});

/** Connected through the proxy, and its app runs on `one`. */
async function aMember(t: TestContext) {
  const clock = turnedClock(Date.now());
  const authority = await makeAuthority(Date.now());
  const known = aKnownPod(UID);
  const silent = () => {};
  const link = await openLink({
    host: '127.0.0.1',
    port: 0,
    serving: await issue(authority, ['localhost'], Date.now()),
    review: async () => ({ kind: 'pod', pod: known }),
    podOf: () => managed(known),
    onChange: silent,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    clock,
  });
  link.lead(1);
  const proxy = await openFaultProxy({ host: '127.0.0.1', port: link.port });
  const pod = await aPod();
  t.after(async () => {
    await pod.close();
    await proxy.close();
    await link.close();
  });
  writeFileSync(join(pod.root, 'ca/ca.crt'), authority.cert);
  writeFileSync(join(pod.root, 'token/token'), tokenOf(UID));

  const assign = (content: string, attempt: string) => {
    const files = { 'app.conf': `${content}\n` };
    const given = { attempt, handle: { ...HUP, process: pod.appName } } as const;
    link.assign(UID, anAssignment(content, files, given), ({ key }) => Buffer.from(files[key as 'app.conf']));
  };
  assign('one', '1.1');
  const sidecar = await pod.start({ FLEETRELOAD_OPERATOR: `localhost:${proxy.port}` });
  await until('it has booted', () => link.report(UID)?.running?.revision === 'one');
  assert.equal((await sidecar.startup()).status, 200);
  const app: App = await pod.startApp();
  return { link, clock, proxy, app, assign };
}
