/**
 * The CA in a real API server, the real link, and real sidecars with their apps behind a network that cuts streams. Certificates live for a minute
 * and the CA for 36, by a clock that the test turns; assignments go on all the while.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as dial } from 'node:tls';
import { connect } from '../../operator/kube/client.ts';
import { keepAuthority } from '../../operator/link/authority.ts';
import { certificatesIn } from '../../operator/link/certificates.ts';
import { claimsOf } from '../../operator/link/claims.ts';
import { openLink } from '../../operator/link/link.ts';
import { keepServing } from '../../operator/link/renew.ts';
import { anAssignment, aPod as aKnownPod, managed, tokenOf } from '../../operator/link/testing/a-link.ts';
import { turnedClock } from '../../operator/link/testing/turned-clock.ts';
import { HUP } from '../../sidecar/test/operator-double.ts';
import { aPod } from '../../sidecar/test/pod.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
/** TLS looks at the machine's own clock: all of it ends within the hour before which a certificate is good already. */
const CA_LIFE_MS = 36 * MINUTE;
const LIFE_MS = MINUTE;
const LOOK_MS = LIFE_MS / 12;
/** Longer than it takes to renew: each round meets another certificate. */
const ROUND_MS = 9 * LOOK_MS;

test('certificates of a minute and their CA are changed under load: no dial meets an old one, each assignment is acked once, each app told once', async (t) => {
  const operator = await anOperator(t);
  const { clock } = operator;
  const members = await Promise.all(['1', '2', '3'].map((uid) => aMember(t, uid, operator)));
  const rounds: { readonly bundle: string; readonly met: string }[] = [];

  for (const end = clock.now() + CA_LIFE_MS + MINUTE; clock.now() < end; ) {
    const revision = `r${rounds.length + 1}`;
    for (const member of members) member.assign(revision);
    // While they stage it, tell their apps, and prove it.
    for (let turned = 0; turned < ROUND_MS; turned += LOOK_MS) await operator.turn(LOOK_MS);
    const bundle = operator.bundle();
    // Not while the next CA is yet to sign: of that, members hear without a dial.
    const isTold = certificatesIn(bundle).length === 2 && bundle.startsWith(rounds[0]?.bundle ?? '');
    if (!isTold && (bundle !== rounds.at(-1)?.bundle || rounds.length % 12 === 0)) operator.cut();
    const { goodUntil, fingerprint } = await certificateAt(operator.port, bundle);
    assert.ok(goodUntil > clock.now(), `who dials in the round of ${revision} meets what has expired`);
    rounds.push({ bundle, met: fingerprint });
    await until(`all have acked ${revision}`, () => members.every(({ acked }) => acked().at(-1) === revision), 30_000);
  }

  const all = ['r0', ...rounds.map((_, n) => `r${n + 1}`)];
  for (const { acked, told } of members) assert.deepEqual({ acked: acked(), told: told() }, { acked: all, told: all });
  assert.equal(new Set(rounds.map(({ met }) => met)).size, rounds.length, 'each round meets another certificate');
  const bundles = [...new Set(rounds.map(({ bundle }) => bundle))].map(certificatesIn);
  const [[old = ''] = [], , [next = ''] = []] = bundles;
  assert.notEqual(next, old);
  assert.deepEqual(bundles, [[old], [old, next], [next, old], [next]], 'told of the next, signed by it, and rid of the old one');
  t.diagnostic(`${all.length} assignments to each of ${members.length}, ${rounds.length} certificates, ${operator.dials()} dials`);
});

/** Its CA is in the API server. Its link has the machine's clock, as sidecars have. */
async function anOperator(t: TestContext) {
  const kube = await connect({ version: 'test' });
  const namespace = `certificates-${randomBytes(4).toString('hex')}`;
  await kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const clock = turnedClock(Date.now());
  const acked = new Map<string, string[]>();
  const ca = await keepServing({
    authority: (toldSince) => keepAuthority(kube, namespace, clock.now(), { toldSince, lifeMs: CA_LIFE_MS }),
    dnsNames: ['localhost'],
    clock,
    log: SILENT,
    lifeMs: LIFE_MS,
    onServing: (serving) => link.serve(serving),
    onBundle: (bundle) => link.trust(bundle),
  });
  const link = await openLink({
    host: '127.0.0.1',
    port: 0,
    serving: ca.serving,
    review: async (token) => ({ kind: 'pod', pod: aKnownPod(claimsOf(token)?.podUid ?? '') }),
    podOf: (uid) => managed(aKnownPod(uid)),
    onChange: () => {},
    onAck: ({ uid }, { revision }) => void acked.set(uid, [...(acked.get(uid) ?? []), revision]),
    log: SILENT,
  });
  link.lead(1);
  link.trust(ca.bundle);
  const proxy = await openFaultProxy({ host: '127.0.0.1', port: link.port });
  t.after(async () => {
    ca.stop();
    await proxy.close();
    await link.close();
    await kube.remove(`/api/v1/namespaces/${namespace}`);
    await kube.close();
  });
  return {
    clock,
    link,
    port: link.port,
    address: `localhost:${proxy.port}`,
    bundle: () => ca.bundle,
    acked: (uid: string) => acked.get(uid) ?? [],
    dials: proxy.made,
    /** All streams are reset. */
    cut: proxy.reset,
    /** And the looks that are due then are over. */
    turn: async (ms: number) => {
      clock.turn(ms);
      await ca.look();
    },
  };
}

/** What the kubelet mounts for it is the first CA for ever: of the next one it hears by its stream alone. */
async function aMember(t: TestContext, uid: string, { link, address, bundle, acked }: Awaited<ReturnType<typeof anOperator>>) {
  const pod = await aPod();
  t.after(() => pod.close());
  writeFileSync(join(pod.root, 'ca/ca.crt'), bundle());
  writeFileSync(join(pod.root, 'token/token'), tokenOf(uid));
  const assign = (revision: string) => {
    const bytes = Buffer.from(`${revision}\n`);
    const given = { attempt: `${revision.slice(1)}.1`, handle: { ...HUP, process: pod.appName } };
    link.assign(uid, anAssignment(revision, { 'app.conf': bytes }, given), () => bytes);
  };
  assign('r0');
  const sidecar = await pod.start({ FLEETRELOAD_OPERATOR: address });
  await until('it has booted', () => acked(uid).length === 1);
  assert.equal((await sidecar.startup()).status, 200);
  const app = await pod.startApp();
  return { assign, told: () => app.told(), acked: () => acked(uid) };
}

/** As somebody meets it who dials now, and trusts what members are told to trust. */
async function certificateAt(port: number, ca: string): Promise<{ readonly goodUntil: number; readonly fingerprint: string }> {
  const socket = dial({ host: '127.0.0.1', port, ca, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const { valid_to: goodUntil, fingerprint256: fingerprint } = socket.getPeerCertificate();
  socket.destroy();
  return { goodUntil: Date.parse(goodUntil), fingerprint };
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
