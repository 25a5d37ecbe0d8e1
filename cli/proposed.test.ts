import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Kube } from '../operator/kube/client.ts';
import type { Cluster } from './cluster.ts';
import { Misuse } from './outcome.ts';
import { proposed } from './proposed.ts';
import { aPolicy, healthy, STABLE } from './testing/objects.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'proposed-'));
after(() => rmSync(FOLDER, { recursive: true }));

/** A file of these documents. */
function file(name: string, ...documents: readonly string[]): string {
  const path = join(FOLDER, name);
  writeFileSync(path, documents.join('---\n'));
  return path;
}

/** That has the policy web in shop, and nothing else. */
const cluster: Cluster = {
  namespace: 'shop',
  kube: {
    get: async (path: string) => (path.endsWith('/namespaces/shop/reloadpolicies/web') ? aPolicy(healthy) : null),
    list: async () => ({ metadata: { resourceVersion: '1' }, items: [aPolicy(healthy)] }),
  } as unknown as Kube,
};

const policy = (name: string, namespace = '') => `
apiVersion: fleetreload.dev/v1alpha1
kind: ReloadPolicy
metadata: { name: ${name}${namespace && `, namespace: ${namespace}`} }
spec:
  sources: [{ configMap: { name: web-config } }]
  targets: { selector: { matchLabels: { app: web } } }
  handle: { http: { port: 8080, path: /-/reload } }
  paused: true
`;
const config = (name: string, data = '{ a: b }') => `kind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}\n`;

test('a name means the policy that the cluster has', async () => {
  const { policy: it, present, edits } = await proposed(cluster, { name: 'web' });
  assert.deepEqual([it.spec.paused, present === it, edits], [false, true, []]);
});

test('a file means the policy in it, with the status that the cluster has of it, and the sources beside it', async () => {
  const both = file('both.yaml', policy('web'), config('web-config'), config('another'), 'kind: Deployment\n');
  const { policy: it, present, edits } = await proposed(cluster, { name: undefined, filename: [both] });
  assert.deepEqual([it.spec.paused, it.status?.stableRevision, present?.spec.paused], [true, STABLE, false]);
  assert.deepEqual(
    edits.map(({ metadata, data }) => [metadata.name, data]),
    [['web-config', { a: 'b' }]],
  );
});

test('a policy that is not in the cluster yet has no status, whatever its file says', async () => {
  const { policy: it, present } = await proposed(cluster, {
    name: undefined,
    filename: [file('new.yaml', `${policy('new')}status: { phase: Healthy }\n`)],
  });
  assert.deepEqual([it.metadata.namespace, it.status, present], ['shop', undefined, null]);
});

test('of several policies in a file one is named, and a file names its namespace itself', async () => {
  const two = file('two.yaml', policy('a'), policy('b', 'elsewhere'));
  const { policy: it } = await proposed(cluster, { name: 'b', filename: [two] });
  assert.equal(it.metadata.namespace, 'elsewhere');
});

for (const [asked, says, because] of [
  [{ name: undefined }, /^say which policy: its name, or -f/, 'nothing is named'],
  [
    { name: undefined, filename: [file('two-more.yaml', policy('a'), policy('b'))] },
    /^the files have several policies: say which of a, b$/,
    'there are two',
  ],
  [{ name: 'c', filename: [file('a.yaml', policy('a'))] }, /^the files have a, and no c$/, 'it is not in the file'],
  [{ name: undefined, filename: [file('none.yaml', config('a'))] }, /^there is no ReloadPolicy in the files$/, 'the file has none'],
  [
    { name: undefined, filename: [file('wrong.yaml', policy('a').replace('paused: true', 'paused: 1'))] },
    /wrong\.yaml, document 1: ReloadPolicy a: spec\.paused: /,
    'it is none',
  ],
  [
    { name: undefined, filename: [file('unknown.yaml', policy('a').replace('paused', 'pausd'))] },
    /unknown\.yaml, document 1: ReloadPolicy a: spec\.pausd is no field of a ReloadPolicy$/,
    'it has a field that the API server would refuse',
  ],
  [{ name: undefined, filename: [FOLDER] }, /proposed-.*: EISDIR/, 'it is a folder'],
  [{ name: undefined, filename: [file('broken.yaml', 'a: [')] }, /broken\.yaml: .* at line 1/, 'it is no YAML'],
  [{ name: undefined, filename: [join(FOLDER, 'nowhere.yaml')] }, /no such file or directory/, 'there is no such file'],
  [
    { name: 'b', filename: [file('elsewhere.yaml', policy('b', 'elsewhere'))], namespace: 'shop' },
    /^b is of the namespace elsewhere, and --namespace says shop$/,
    'two namespaces are named',
  ],
  [
    { name: 'web', with: [file('typo.yaml', config('web-confg'))] },
    /typo\.yaml, document 1: ConfigMap web-confg is no source of web: that has ConfigMap web-config$/,
    'it edits what is no source',
  ],
  [
    { name: 'web', with: [file('number.yaml', config('web-config', '{ port: 80 }'))] },
    /ConfigMap web-config: data\.port: a text is needed/,
    'a value is no text',
  ],
] as const)
  test(`it is a mistake, and said to be one: ${because}`, () =>
    assert.rejects(proposed(cluster, asked), (error: Error) => error instanceof Misuse && says.test(error.message)));

test('a name that is nearly right is told the right one', () =>
  assert.rejects(proposed(cluster, { name: 'wbe' }), { message: 'there is no ReloadPolicy wbe in the namespace shop: did you mean web?' }));
