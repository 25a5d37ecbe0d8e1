/** What the chart's accounts may do in each mode, as the API server itself lists it. Nothing runs: their Roles alone are there. */

import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { existsSync, readFileSync } from 'node:fs';
import { isGolden } from '../support/golden.ts';
import { kubectl, onCluster } from '../support/kubectl.ts';

const OWN = 'rights-system';
const [SHOP, BLOG] = ['rights-shop', 'rights-blog'];
const TEST = 'rights-fleet-reload-test';
const NAMESPACES = [OWN, SHOP, BLOG];

const MODES: Readonly<Record<string, readonly string[]>> = {
  cluster: [],
  'cluster-and-its-secrets': ['secrets.enabled=true'],
  'cluster-and-secrets-of-shop': ['secrets.enabled=true', `secrets.namespaces={${SHOP}}`],
  shop: [`namespaces={${SHOP}}`],
  'shop-and-its-secrets': [`namespaces={${SHOP}}`, 'secrets.enabled=true'],
};

before(async () => {
  for (const name of NAMESPACES) await kubectl(['create', 'namespace', name]);
});
after(async () => {
  await kubectl(['delete', 'namespace', ...NAMESPACES, TEST, '--ignore-not-found', '--wait=false']);
});

for (const [mode, values] of Object.entries(MODES))
  test(`the operator of ${mode} may do what charts/may/${mode}.txt lists, and no more`, async () => {
    const roles = await rolesOf(values);
    await kubectl(['apply', '-f', '-'], roles);
    try {
      const listed = () => listOf('rights-fleet-reload', NAMESPACES);
      await isListed(`${import.meta.dirname}/charts/may/${mode}.txt`, listed);
    } finally {
      await kubectl(['delete', '-f', '-', '--ignore-not-found'], roles);
    }
  });

test('helm test may edit in the namespace that comes and goes with it, and nowhere else', async () => {
  const roles = await rolesOf([], true);
  await kubectl(['apply', '-f', '-'], roles);
  await isListed(`${import.meta.dirname}/charts/may/helm-test.txt`, () => listOf(TEST, [TEST, OWN, SHOP]));
});

/** The accounts and Roles that Helm would make; of the test's, its namespace too. */
async function rolesOf(values: readonly string[], ofTest = false): Promise<string> {
  const set = values.flatMap((value) => ['--set', value]);
  const rendered = await onCluster('helm', 'template', 'rights', 'charts/fleet-reload', '-n', OWN, ...set);
  return parseAllDocuments(rendered)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null)
    .filter(({ kind, metadata }) => KINDS.test(kind) && (metadata.annotations?.['helm.sh/hook'] !== undefined) === ofTest)
    .map((object) => JSON.stringify(object))
    .join('\n---\n');
}

type Rendered = { readonly kind: string; readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
const KINDS = /^(Namespace|ServiceAccount|(Cluster)?Role(Binding)?)$/;

/** What `kubectl auth can-i --list` says, without what everybody may ask: about oneself, and where the API is. */
async function listOf(account: string, namespaces: readonly string[]): Promise<string> {
  const lists = namespaces.map(async (namespace) => {
    const as = `system:serviceaccount:${OWN}:${account}`;
    const [, ...rows] = (await kubectl(['auth', 'can-i', '--list', '--as', as, '-n', namespace])).trimEnd().split('\n');
    const told = rows.filter((row) => /^[a-z]/.test(row) && !row.startsWith('self')).map((row) => row.replace(/ +/g, ' '));
    return `in ${namespace}\n${told
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((row) => `  ${row}\n`)
      .join('')}`;
  });
  return (await Promise.all(lists)).join('');
}

/** The API server takes a moment to know a Role, or that it is gone: what it says then is compared. */
async function isListed(file: string, listed: () => Promise<string>): Promise<void> {
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const end = performance.now() + 5_000;
  let answer = await listed();
  while (answer !== expected && performance.now() < end) answer = await listed();
  isGolden(file, answer);
}
