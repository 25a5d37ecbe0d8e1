import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { connect, type Kube } from '../../operator/kube/client.ts';
import { keepAuthority, publishCa } from '../../operator/link/authority.ts';
import { issue } from '../../operator/link/certificates.ts';
import { type Link, openLink, tokenReview } from '../../operator/link/link.ts';
import { aHello, anAssignment, aSidecar, refusal } from '../../operator/link/testing/a-link.ts';
import { LINK_PATH, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import { type BoundPod, makeNamespace, makePod, removePod, resigned, tokenOf, tokenOfPod } from '../support/bound-tokens.ts';
import { until } from '../support/until.ts';

const namespace = `link-${randomBytes(4).toString('hex')}`;
const serverName = `fleet-reload.${namespace}.svc`;
const core = `/api/v1/namespaces/${namespace}`;
const pods = new Map<string, { namespace: string; name: string; managed: boolean }>();
let reviews = 0;
let kube: Kube;
let link: Link;

before(async () => {
  kube = await connect({ version: 'test' });
  await makeNamespace(kube, namespace);
  const { authority, bundle } = await keepAuthority(kube, namespace, Date.now());
  await publishCa(kube, namespace, bundle);
  const quiet = () => {};
  link = await openLink({
    host: '127.0.0.1',
    port: 0,
    serving: await issue(authority, [serverName, 'localhost'], Date.now()),
    review: (token) => {
      reviews += 1;
      return tokenReview(kube)(token);
    },
    podOf: (uid) => pods.get(uid),
    onChange: quiet,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  link.lead(1);
});

after(async () => {
  await link?.close();
  await kube?.remove(`/api/v1/namespaces/${namespace}`);
  await kube?.close();
});

test('a pod with its own token and the CA of its namespace gets its stream and its assignment; the token is reviewed once', async () => {
  const pod = await aPod();
  const { uid } = pod;
  const token = await tokenOfPod(kube, pod);
  reviews = 0;
  for (const _dial of ['first', 'again']) {
    const sidecar = aSidecar(await dial(token));
    await sidecar.opened;
    sidecar.say(aHello());
    link.assign(uid, anAssignment('r1', { conf: 'one' }), () => Buffer.from('one'));
    const { revision, epoch } = await sidecar.assigned();
    sidecar.say({ type: 'want', epoch, files: [{ source: 'configmaps/web', key: 'conf' }] });
    assert.equal(revision, 'r1');
    assert.deepEqual(await sidecar.next(), Buffer.from('one'));
  }
  assert.equal(link.report(uid)?.link.kind, 'connected');
  assert.equal(reviews, 1);
});

test('the real sidecar boots on the files that its assignment names, byte for byte', async () => {
  const pod = await aPod();
  const { uid } = pod;
  const files: Record<string, Buffer> = { big: randomBytes(1024 * 1024), small: Buffer.from('hello\n'), empty: Buffer.alloc(0) };
  const root = mkdtempSync(join(tmpdir(), 'link-'));
  for (const folder of ['files/configmaps/web', 'token', 'ca']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'token/token'), await tokenOfPod(kube, pod));
  writeFileSync(join(root, 'ca/ca.crt'), await publishedCa());
  const env = { FLEETRELOAD_ROOT: root, FLEETRELOAD_OPERATOR: `localhost:${link.port}`, FLEETRELOAD_HEALTH_PORT: '0' };
  link.assign(uid, anAssignment('r1', files), ({ key }) => files[key] ?? Buffer.alloc(0));

  const sidecar = spawn(process.execPath, ['sidecar/main.ts'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const exited = once(sidecar, 'exit');
  try {
    await until('it has booted', () => link.report(uid)?.running?.proof === 'Booted');
    assert.equal(link.report(uid)?.asked, null);
    for (const [key, bytes] of Object.entries(files)) assert.ok(readFileSync(join(root, 'files/configmaps/web', key)).equals(bytes), key);
  } finally {
    sidecar.kill('SIGTERM');
    await exited;
    rmSync(root, { recursive: true });
  }
  await until('it is away', () => link.report(uid)?.link.kind === 'away');
});

test('an expired token is refused, and passes where only its end is a later one', async () => {
  const token = await tokenOfPod(kube, await aPod());
  const now = Math.floor(Date.now() / 1000);
  const valid = resigned(token, (claims) => ({ ...claims, exp: now + 600 }));
  // The API server allows for a minute of difference between clocks.
  const expired = resigned(token, (claims) => ({ ...claims, iat: now - 3600, nbf: now - 3600, exp: now - 61 }));
  const sidecar = aSidecar(await dial(valid));
  await sidecar.opened;
  assert.match(await refusal(await dial(expired)), /^401 the token is not valid/);
});

test('a token for another audience is refused, be it for the API server itself', async () => {
  const pod = await aPod();
  for (const audience of ['other.dev', 'https://kubernetes.default.svc'])
    assert.match(await refusal(await dial(await tokenOfPod(kube, pod, audience))), /^401 /);
});

test('a token that is bound to no pod is refused', async () => {
  assert.equal(await refusal(await dial(await tokenOf(kube, namespace, null))), '403 the token is not bound to a pod');
});

test('a pod that is gone from our cache gets no stream, though the API server still knows its token', async () => {
  const pod = await aPod();
  const { uid } = pod;
  const token = await tokenOfPod(kube, pod);
  pods.delete(uid);
  assert.equal(await refusal(await dial(token)), '503 the pod is not known here yet');
});

test('the token of a deleted pod is refused, though our cache has not heard of it', async () => {
  const pod = await aPod();
  const token = await tokenOfPod(kube, pod);
  await removePod(kube, pod);
  assert.match(await refusal(await dial(token)), /^401 /);
});

test("a pod's token does not speak for the next pod of its name", async () => {
  const old = await aPod();
  const token = await tokenOfPod(kube, old);
  await removePod(kube, old);
  const next = await aPod(old.name);
  assert.match(await refusal(await dial(token)), /^401 /);
  assert.equal(link.report(next.uid), undefined);
});

test("a token that claims another pod's uid or name is refused, whoever signed it", async () => {
  const [mine, other] = [await aPod(), await aPod()];
  const token = await tokenOfPod(kube, mine);
  const claiming = (pod: object) => resigned(token, (claims) => ({ ...claims, 'kubernetes.io': { ...claims['kubernetes.io'], pod } }));
  for (const pod of [
    { name: mine.name, uid: other.uid },
    { name: other.name, uid: mine.uid },
  ])
    assert.match(await refusal(await dial(claiming(pod))), /^401 /);
  const [head, body] = token.split('.');
  assert.match(await refusal(await dial(`${head}.${body}.${randomBytes(64).toString('base64url')}`)), /^401 /);
});

test('many that make the CA at once get the same one, and publishing again writes nothing', async () => {
  await kube.remove(`${core}/secrets/fleet-reload-ca`);
  const all = await Promise.all(Array.from({ length: 4 }, () => keepAuthority(kube, namespace, Date.now())));
  for (const each of all) assert.deepEqual(each, all[0]);

  const bundle = all[0]?.bundle ?? '';
  const version = async () =>
    (await kube.get<{ metadata: { resourceVersion: string } }>(`${core}/configmaps/fleetreload-ca`))?.metadata.resourceVersion;
  const old = await version();
  await publishCa(kube, namespace, bundle);
  const written = await version();
  await publishCa(kube, namespace, bundle);
  assert.notEqual(written, old);
  assert.equal(await version(), written);
});

async function aPod(name?: string): Promise<BoundPod> {
  const pod = await makePod(kube, namespace, name);
  pods.set(pod.uid, { ...pod, managed: true });
  return pod;
}

/** As a sidecar does: it trusts what the ConfigMap says now. */
async function dial(token: string): Promise<WebSocket> {
  const tls = { ca: await publishedCa(), servername: serverName };
  return new WebSocket(`wss://127.0.0.1:${link.port}${LINK_PATH}`, SUBPROTOCOL, { ...tls, headers: { authorization: `Bearer ${token}` } });
}

async function publishedCa(): Promise<string> {
  return (await kube.get<{ data: { 'ca.crt': string } }>(`${core}/configmaps/fleetreload-ca`))?.data['ca.crt'] ?? '';
}
