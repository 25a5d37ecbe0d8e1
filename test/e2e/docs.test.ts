/** The pages whose commands a new user types, typed: on a real cluster, in the order in which they stand there. */

import { after, before, test } from 'node:test';
import { kubectl, onCluster } from '../support/kubectl.ts';
import { SYSTEM } from '../support/operator.ts';
import { walk } from '../support/walkthrough.ts';

/** A new user has nothing yet, and the next file installs what it needs. */
async function nothing(): Promise<void> {
  await onCluster('helm', 'uninstall', 'fleet-reload', '-n', SYSTEM, '--ignore-not-found', '--wait');
  await kubectl(['delete', 'namespace', SYSTEM, 'quickstart', '--ignore-not-found', '--timeout=120s']);
}

before(nothing);
after(nothing);

test('docs/quickstart.md does what it says', () => walk('docs/quickstart.md'));
