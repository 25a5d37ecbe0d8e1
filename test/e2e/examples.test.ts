/** The pages of examples/ say the truth: what they have the reader type is typed, on real software, and prints what they say. */

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { type Cluster, openCluster } from '../support/cluster.ts';
import { importImage, kubectl } from '../support/kubectl.ts';
import { installOperator } from '../support/operator.ts';
import { walk } from '../support/walkthrough.ts';

const PAGES = globSync('examples/*/README.md').toSorted();

test('the table of examples/README.md has each of them', () => {
  const named = [...readFileSync('examples/README.md', 'utf8').matchAll(/^\| \[.*?\]\((.*?)\)/gm)].map(([, page]) => `examples/${page}`);
  assert.deepEqual(named.toSorted(), PAGES);
});

/** Three at once: they wait for bakes most of the time, and a machine of two cores still starts pods in time. */
suite('examples', { concurrency: 3 }, () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await openCluster();
    await installOperator(cluster);
    for (const image of ['haproxy', 'prometheus']) await importImage(image);
  });
  after(() => cluster.close());

  for (const page of PAGES)
    test(`${page} does as it says`, async () => {
      const namespace = namespaceOf(page);
      await kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
      try {
        await walk(page);
      } catch (error) {
        console.log(await kubectl(['get', 'reloadpolicies,reloads,pods,events', '-n', namespace, '-o', 'wide']));
        throw error;
      }
    });
});

/** Each page has one of its own, and ends by deleting it. */
function namespaceOf(page: string): string {
  const [, namespace] = /^kubectl delete namespace (\S+)/m.exec(readFileSync(page, 'utf8')) ?? [];
  if (namespace === undefined) throw new Error(`${page} does not delete its namespace`);
  return namespace;
}
