import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { testCa } from '../../sidecar/test/certificate.ts';
import { anAssignment, type Bytes, type OperatorDouble, operatorDouble } from '../../sidecar/test/operator-double.ts';
import type { Ack, Assign } from '../../sidecar/protocol.ts';
import { kubectl } from '../support/kubectl.ts';
import { podsAreLetIn } from '../support/pods-let-in.ts';
import { machine } from '../support/machine.ts';
import { until } from '../support/until.ts';

type Object = { readonly name?: string; readonly secretName?: string; readonly optional?: boolean; readonly defaultMode?: number };
type Shows = Object & { readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[] };
type Projection = { readonly configMap?: Shows; readonly secret?: Shows };
type Shape = Projection & { readonly projected?: { readonly defaultMode?: number; readonly sources: readonly Projection[] } };

/* The same volumes twice in one pod, filled by the kubelet and by the sidecar, and looked at by the app: names, modes, groups, link targets, bytes. */

const namespace = `files-${randomBytes(4).toString('hex')}`;
let operator: OperatorDouble;

/** Of configmap `web`, secret `tls`, and configmap `none`, which does not exist. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'every-key': { configMap: { name: 'web' } },
  'default-mode': { configMap: { name: 'web', defaultMode: 0o440 } },
  'items-in-folders': {
    configMap: {
      name: 'web',
      items: [
        { key: 'a.conf', path: 'sites/a.conf' },
        { key: 'b.conf', path: 'sites/deep/er/b.conf', mode: 0o400 },
        { key: 'a.conf', path: 'top.conf', mode: 0o755 },
      ],
    },
  },
  'a-path-to-clean': { configMap: { name: 'web', items: [{ key: 'a.conf', path: './sites//a.conf' }] } },
  'missing-keys': {
    configMap: {
      name: 'web',
      optional: true,
      items: [
        { key: 'a.conf', path: 'a' },
        { key: 'no-such', path: 'gone/b' },
      ],
    },
  },
  'missing-source': { configMap: { name: 'none', optional: true } },
  secret: { secret: { secretName: 'tls', defaultMode: 0o400 } },
  'secret-items': { secret: { secretName: 'tls', items: [{ key: 'tls.key', path: 'private/tls.key', mode: 0o440 }] } },
  'later-wins': {
    projected: { sources: [{ configMap: { name: 'web' } }, { secret: { name: 'tls', items: [{ key: 'tls.key', path: 'a.conf' }] } }] },
  },
  'one-folder-of-two': {
    projected: {
      defaultMode: 0o600,
      sources: [
        { configMap: { name: 'web', items: [{ key: 'a.conf', path: 'x/a', mode: 0o444 }] } },
        { secret: { name: 'tls', items: [{ key: 'tls.crt', path: 'x/y/b' }] } },
        { configMap: { name: 'none', optional: true } },
      ],
    },
  },
};

const FIRST: Bytes = {
  'configmaps/web': { 'a.conf': 'A', 'b.conf': 'B', '.hidden': 'H', 'a..b': '', UPPER_case: 'U', binary: Buffer.from([0, 255, 10]) },
  'secrets/tls': { 'tls.crt': 'C', 'tls.key': 'K' },
  'configmaps/none': {},
};
/** One key is another, some go, one comes. */
const SECOND: Bytes = {
  'configmaps/web': { 'a.conf': 'A2', 'b.conf': 'B', 'c.conf': 'C' },
  'secrets/tls': { 'tls.crt': 'C', 'tls.key': 'K2', extra: 'E' },
  'configmaps/none': {},
};

before(async () => {
  const host = machine();
  const ca = await testCa();
  operator = await operatorDouble(ca, { host, names: [host] });
  await apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fleetreload-ca', namespace }, data: { 'ca.crt': ca.ca } },
    ...objectsOf(FIRST),
  );
});

after(async () => {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await operator?.close();
});

for (const [title, pod, fsGroup] of [
  ['with an fsGroup', 'grouped', 2000],
  ['without one', 'plain', null],
] as const) {
  test(`${Object.keys(SHAPES).length} volumes look as the kubelet's do, in a pod ${title}, at first and after an update`, async () => {
    await apply(...objectsOf(FIRST));
    await aPod(pod, fsGroup);
    await looksAlike(pod, fsGroup);
    await apply(...objectsOf(SECOND));
    assert.deepEqual(await assign(SECOND, { epoch: [1, 2], attempt: '2.1' }), { kind: 'applied', proof: 'Delivered', agoMs: 0 });
    await looksAlike(pod, fsGroup);
  });
}

/** The kubelet looks at once at a pod that was changed, and at others every minute. */
async function looksAlike(pod: string, fsGroup: number | null): Promise<void> {
  let seen = { ours: '', kubelets: '' };
  const look = async () => {
    await kubectl(['-n', namespace, 'annotate', 'pod', pod, '--overwrite', `look=${randomBytes(4).toString('hex')}`]);
    const printed = await kubectl(['-n', namespace, 'exec', pod, '-c', 'app', '--', '/usr/bin/node', '-e', LOOK, `${fsGroup !== null}`]);
    seen = JSON.parse(printed);
    return seen.ours === seen.kubelets;
  };
  await until('the kubelet shows the same', look, 30_000).catch(() => undefined);
  assert.deepEqual(seen.ours.split('\n'), seen.kubelets.split('\n'));
  for (const shape of Object.keys(SHAPES)) assert.match(seen.ours, new RegExp(`^${shape}/..data -> `, 'm'));
}

/** A line for each name below, as `ls -lR` tells it, but for owners and times. Left out are what the sidecar alone has: `..revision`, and the folder of the revision before. */
const LOOK = `
const fs = require('node:fs');
const grouped = process.argv[1] === 'true';
const named = (text) => text.replace(/\\.\\.\\d{4}(_\\d\\d){5}\\.\\w+/, '..TIMESTAMP');
const isOfBoth = (at, name) => name !== '..revision' && (named(name) === name || fs.readlinkSync(at + '/..data') === name);
// The kubelet's files are root's: without an fsGroup the app reads what all may read.
const bytes = (file, mode) => grouped || mode & 4 ? fs.readFileSync(file).toString('base64') : 'unread';
const lines = (root, at) => fs.readdirSync(root + at).filter((name) => isOfBoth(root + at, name)).sort().flatMap((name) => {
  const to = at + '/' + name, stat = fs.lstatSync(root + to);
  const line = named(to).slice(1);
  if (stat.isSymbolicLink()) return [line + ' -> ' + named(fs.readlinkSync(root + to))];
  // A folder in memory is sticky, wherever it is mounted; the kubelet has ConfigMaps on the disk.
  const shown = line + ' ' + (stat.mode & ~0o1000).toString(8) + (grouped ? ' group ' + stat.gid : '');
  return stat.isDirectory() ? [shown, ...lines(root, to)] : [shown + ' ' + bytes(root + to, stat.mode)];
});
console.log(JSON.stringify({ ours: lines('/ours', '').join('\\n'), kubelets: lines('/kubelets', '').join('\\n') }));
`;

/** Its app's container has each volume twice. */
async function aPod(name: string, fsGroup: number | null): Promise<void> {
  const shapes = Object.entries(SHAPES);
  const locked = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
  const sidecar = {
    name: 'fleet-reload',
    image: 'localhost/fleet-reload-sidecar:dev',
    restartPolicy: 'Always',
    env: [
      { name: 'FLEETRELOAD_OPERATOR', value: operator.address },
      {
        name: 'FLEETRELOAD_VOLUMES',
        value: JSON.stringify(shapes.map(([shape, volume]) => ({ name: shape, sources: shown(volume, fsGroup) }))),
      },
    ],
    startupProbe: { httpGet: { path: '/startup', port: 9902 }, periodSeconds: 1, failureThreshold: 600 },
    securityContext: locked,
    volumeMounts: [
      ...shapes.map(([shape]) => ({ name: shape, mountPath: `/fleet/files/${shape}` })),
      ...['state', 'token', 'ca'].map((each) => ({ name: each, mountPath: `/fleet/${each}` })),
    ],
  };
  const app = {
    name: 'app',
    image: 'localhost/node:24',
    command: ['/usr/bin/node', '-e', `require('node:http').createServer((_, answer) => answer.end()).listen(8080)`],
    securityContext: locked,
    volumeMounts: shapes.flatMap(([shape]) => [
      { name: shape, mountPath: `/ours/${shape}`, readOnly: true },
      { name: `${shape}-kubelet`, mountPath: `/kubelets/${shape}`, readOnly: true },
    ]),
  };
  const volumes = [
    ...shapes.flatMap(([shape, volume]) => [
      { name: shape, emptyDir: { medium: 'Memory' } },
      { name: `${shape}-kubelet`, ...volume },
    ]),
    { name: 'state', emptyDir: { medium: 'Memory' } },
    { name: 'token', projected: { sources: [{ serviceAccountToken: { audience: 'fleetreload.dev', path: 'token' } }] } },
    { name: 'ca', configMap: { name: 'fleetreload-ca', optional: true } },
  ];
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  const spec = {
    terminationGracePeriodSeconds: 1,
    securityContext: fsGroup === null ? securityContext : { ...securityContext, fsGroup },
    initContainers: [sidecar],
    containers: [app],
    volumes,
  };
  await podsAreLetIn(namespace);
  await apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec });
  await operator.next('hello');
  assert.deepEqual(await assign(FIRST, {}), { kind: 'applied', proof: 'Booted', agoMs: 0 });
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s']);
}

/** As injection writes it: an fsGroup may read every file. */
function shown({ projected, ...volume }: Shape, fsGroup: number | null): object[] {
  const granted = (mode: number) => (fsGroup === null ? mode : mode | 0o440);
  return (projected?.sources ?? [volume]).map(({ configMap, secret }) => {
    const { optional, items, defaultMode = projected?.defaultMode ?? 0o644, ...named } = configMap ?? secret ?? {};
    return {
      source: `${configMap ? 'configmaps' : 'secrets'}/${named.name ?? named.secretName}`,
      optional,
      mode: granted(defaultMode),
      items: items?.map((item) => ({ ...item, mode: item.mode === undefined ? undefined : granted(item.mode) })),
    };
  });
}

async function assign(bytes: Bytes, more: Partial<Assign>): Promise<Ack['outcome']> {
  const handle = { kind: 'http', port: 8080, path: '/', method: 'POST', headers: [], verify: null } as const;
  operator.assign(anAssignment(bytes, { handle, ...more }), bytes);
  return (await operator.next('ack')).outcome;
}

/** But for those without keys: they do not exist. */
function objectsOf(bytes: Bytes): object[] {
  return Object.entries(bytes).flatMap(([source, keys]) => {
    const [kind, name] = source.split('/');
    const data = Object.fromEntries(Object.entries(keys ?? {}).map(([key, content]) => [key, Buffer.from(content).toString('base64')]));
    if (Object.keys(data).length === 0) return [];
    const fields = kind === 'secrets' ? { kind: 'Secret', data } : { kind: 'ConfigMap', binaryData: data };
    return [{ apiVersion: 'v1', metadata: { name, namespace }, ...fields }];
  });
}

function apply(...objects: readonly object[]): Promise<string> {
  return kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}
