/** A leader that slept through the loss of its Lease speaks to a real sidecar that has heard the next one. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue, makeAuthority } from '../../operator/link/certificates.ts';
import { type Link, openLink } from '../../operator/link/link.ts';
import { anAssignment, aPod as aKnownPod, managed, tokenOf } from '../../operator/link/testing/a-link.ts';
import { openMetrics } from '../../operator/metrics.ts';
import type { Assign, Handle } from '../../sidecar/protocol.ts';
import { anAssignment as aFrame } from '../../sidecar/test/operator-double.ts';
import { aPod, type Pod } from '../../sidecar/test/pod.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';

const UID = '1';

test('what is said late is refused by the sidecar with the epoch that it has seen, and neither files nor app are touched', async (t) => {
  const pod = await aPod();
  t.after(() => pod.close());
  const { operator } = pod;
  const say = (text: string, more: Partial<Assign>) => {
    const bytes = { 'configmaps/web': { 'app.conf': `${text}\n` } };
    operator.assign(aFrame(bytes, { handle: toldBy(pod), ...more }), bytes);
    return operator.next('ack');
  };
  const sidecar = await pod.start();
  await operator.next('hello');
  await say('one', { epoch: [7, 1], attempt: '1.1' });
  assert.equal((await sidecar.startup()).status, 200);
  const app = await pod.startApp();

  for (const epoch of [
    [6, 99],
    [7, 0],
  ] as const) {
    const { outcome, running } = await say('late', { epoch, attempt: '2.1' });
    assert.ok(outcome.kind === 'refused');
    assert.deepEqual(outcome.seen, [7, 1]);
    assert.equal(outcome.because, `epoch ${epoch.join('.')} is lower than 7.1, which this pod has seen: a leader that is no more`);
    assert.equal(running, aFrame({ 'configmaps/web': { 'app.conf': 'one\n' } }).content);
  }
  const { outcome } = await say('two', { epoch: [7, 2], attempt: '2.1' });
  assert.equal(outcome.kind, 'applied');
  assert.deepEqual(app.told(), ['one', 'two']);
});

test('a leader of before that a member of the next one dials says nothing to it, counts it, and asks again when its Lease is raised', async (t) => {
  const pod = await aPod();
  const authority = await makeAuthority(Date.now());
  const [old, next] = [await aLeader(t, authority, 5), await aLeader(t, authority, 6)];
  const reached = { host: '127.0.0.1', port: next.link.port };
  const proxy = await openFaultProxy(reached);
  t.after(async () => {
    await pod.close();
    await proxy.close();
  });
  writeFileSync(join(pod.root, 'ca/ca.crt'), authority.cert);
  writeFileSync(join(pod.root, 'token/token'), tokenOf(UID));
  assign(next.link, pod, 'one');
  const sidecar = await pod.start({ FLEETRELOAD_OPERATOR: `localhost:${proxy.port}` });
  await until('it has booted', () => next.link.report(UID)?.running?.revision === 'one');
  assert.equal((await sidecar.startup()).status, 200);
  const app = await pod.startApp();

  assign(old.link, pod, 'late');
  reached.port = old.link.port;
  proxy.reset();
  await until('the leader of before has heard of it', () => old.link.report(UID)?.running?.revision === 'one');
  assert.deepEqual(old.link.outrankedBy(), [6, 1]);
  assert.match(await old.metrics.text(), /^link_outranked_total\{by="hello"\} 1$/m);
  assert.deepEqual([old.link.report(UID)?.asked, app.told()], [null, ['one']]);

  old.link.lead(7);
  await until('it runs what it is asked', () => old.link.report(UID)?.running?.revision === 'late');
  assert.deepEqual(app.told(), ['one', 'late']);
});

/** What both leaders think of the member is theirs alone: each has its link and its metrics. */
async function aLeader(t: TestContext, authority: Awaited<ReturnType<typeof makeAuthority>>, transitions: number) {
  const known = aKnownPod(UID);
  const silent = () => {};
  const metrics = openMetrics();
  const link = await openLink({
    host: '127.0.0.1',
    port: 0,
    serving: await issue(authority, ['localhost'], Date.now()),
    review: async () => ({ kind: 'pod', pod: known }),
    podOf: () => managed(known),
    onChange: silent,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    counters: metrics.counters,
  });
  link.lead(transitions);
  t.after(() => link.close());
  return { link, metrics };
}

function assign(link: Link, pod: Pod, text: string): void {
  const bytes = Buffer.from(`${text}\n`);
  const given = { attempt: `${text}.1`, handle: toldBy(pod) };
  link.assign(UID, anAssignment(text, { 'app.conf': bytes }, given), () => bytes);
}

function toldBy({ appName }: Pod): Handle {
  return { kind: 'signal', signal: 'SIGHUP', process: appName, container: null, verify: { kind: 'workers' } };
}
