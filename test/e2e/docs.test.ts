/** The pages whose commands a new user types, typed: on a real cluster, in the order in which they stand there. */

import { after, before, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { kubectl, onCluster } from '../support/kubectl.ts';
import { examples } from '../support/pages.ts';
import { SYSTEM } from '../support/operator.ts';
import { walk } from '../support/walkthrough.ts';

before(async () => {
  // A new user has nothing yet.
  await onCluster('helm', 'uninstall', 'fleet-reload', '-n', SYSTEM, '--ignore-not-found', '--wait');
});

after(() => kubectl(['delete', 'namespace', 'quickstart', 'checkout', '--ignore-not-found', '--timeout=120s']));

test('docs/quickstart.md does what it says', () => walk('docs/quickstart.md'));

test('docs/reloadpolicy.md does what it says', () => walk('docs/reloadpolicy.md'));

test('the API server takes every example of every page', async () => {
  for (const { page, line, text } of examples()) {
    // Of its namespace only the example knows.
    const objects = parseAllDocuments(text)
      .map((document) => document.toJS() as { readonly metadata: object })
      .map((object) => ({ ...object, metadata: { ...object.metadata, namespace: 'default' } }));
    const manifests = objects.map((object) => stringify(object)).join('---\n');
    await kubectl(['create', '--dry-run=server', '-f', '-'], manifests).catch((error: unknown) => {
      throw new Error(`${page}:${line} is not taken`, { cause: error });
    });
  }
});
