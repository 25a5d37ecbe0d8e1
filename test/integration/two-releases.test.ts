/** Two releases of named namespaces in one cluster: neither judges what the other one's operator writes. Nothing runs: their rules alone are there. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { applyDefinitions } from '../support/definitions.ts';
import { makeAnew } from '../support/fleet.ts';
import { kubectl, onCluster } from '../support/kubectl.ts';
import { helm } from '../support/operator.ts';
import { until } from '../support/until.ts';

type Release = { readonly name: string; readonly of: string };
const SHOP: Release = { name: 'releases-a', of: 'releases-shop' };
const BLOG: Release = { name: 'releases-b', of: 'releases-blog' };
const NAMESPACES = [SHOP.of, BLOG.of];

let rules = '';

before(async () => {
  // That of the tests before is of all namespaces.
  await helm('uninstall', '--ignore-not-found', '--wait');
  await applyDefinitions();
  await Promise.all(NAMESPACES.map(makeAnew));
  rules = (await Promise.all([SHOP, BLOG].map(rulesOf))).join('\n---\n');
  await kubectl(['apply', '-f', '-'], rules);
});
after(async () => {
  await kubectl(['delete', '-f', '-', '--ignore-not-found'], rules);
  await kubectl(['delete', 'namespace', ...NAMESPACES, '--ignore-not-found', '--wait=false']);
});

test('each operator makes the records of its own namespaces, and no other one makes any there', async () => {
  // The API server takes a moment to know new rules.
  for (const { of } of [SHOP, BLOG]) await until(`nobody makes a record in ${of}`, async () => REFUSED.test(await made(of, 'somebody')));
  assert.equal(await made(SHOP.of, accountOf(SHOP)), '');
  assert.equal(await made(BLOG.of, accountOf(BLOG)), '');
  assert.match(await made(BLOG.of, accountOf(SHOP)), REFUSED);
});

const REFUSED = /spec.rollout is the operator's/;
const accountOf = ({ name }: Release) => `system:serviceaccount:${name}:${name}-fleet-reload`;

/** By whoever may do all that Roles grant: what refuses it. */
async function made(namespace: string, by: string): Promise<string> {
  const spec = { policy: 'web', revision: '3f2a9c01d2e4b6a8', rollout: 1, because: 'the sources changed' };
  const record = { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'Reload', metadata: { name: 'web-1' }, spec };
  const as = ['--as', by, '--as-group', 'system:masters'];
  return await kubectl(['create', '--dry-run=server', '-n', namespace, ...as, '-f', '-'], JSON.stringify(record)).then(
    () => '',
    (error: Error) => error.message,
  );
}

async function rulesOf({ name, of }: Release): Promise<string> {
  const rendered = await onCluster('helm', 'template', name, 'charts/fleet-reload', '-n', name, '--set', `namespaces={${of}}`);
  return parseAllDocuments(rendered)
    .map((document) => document.toJS() as { readonly kind: string } | null)
    .filter((object) => object?.kind.startsWith('ValidatingAdmissionPolicy'))
    .map((object) => JSON.stringify(object))
    .join('\n---\n');
}
