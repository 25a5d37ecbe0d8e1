/** What the operator's pods may do, seen from the machine, and what their namespace lets in. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Cluster, openCluster } from '../support/cluster.ts';
import { pidOf } from '../support/containers.ts';
import { kubectl } from '../support/kubectl.ts';
import { letsNoRootIn } from '../support/pod-security.ts';
import { installOperator, type Operator, SYSTEM } from '../support/operator.ts';

let cluster: Cluster;
let operator: Operator;
before(async () => {
  cluster = await openCluster();
  operator = await installOperator(cluster);
});
after(() => cluster.close());

test('the operator runs as 65532, without capabilities or new privileges, on a root that cannot be written', () => {
  for (const pod of operator.pods()) {
    const pid = pidOf(pod, 'operator');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
    assert.match(status, /^Gid:\t65532\t65532\t65532\t65532$/m);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) assert.match(status, new RegExp(`^${set}:\t0{16}$`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
    const root = readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[4] === '/');
    assert.match(root ?? '', / \/ ro,/);
  }
});

test("PodSecurity restricted is enforced on the operator's namespace", () => letsNoRootIn(SYSTEM));

test('the operator may not read or write what it has no business with', async () => {
  const as = `system:serviceaccount:${SYSTEM}:fleet-reload`;
  for (const [verb, resource] of [
    ['create', 'pods'],
    ['delete', 'pods'],
    ['patch', 'pods'],
    ['create', 'pods/exec'],
    ['update', 'deployments.apps'],
    ['update', 'reloadpolicies.fleetreload.dev'],
    ['get', 'nodes'],
  ] as const) {
    // kubectl says no by its exit code too.
    const said = await kubectl(['auth', 'can-i', verb, resource, '-n', 'default', '--as', as]).catch((error: Error) => error.message);
    assert.doesNotMatch(said, /^yes/, `${verb} ${resource}`);
  }
});
