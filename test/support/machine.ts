import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** Pods reach the machine at the first address of the network whose second one is the API server's. */
export function machine(): string {
  assert.ok(process.env.KUBECONFIG, 'set KUBECONFIG, KUBECTL and CLUSTER: see test/cluster/up.sh');
  const server = /server: "?https:\/\/(\d+\.\d+\.\d+)\.2:/.exec(readFileSync(process.env.KUBECONFIG, 'utf8'));
  assert.ok(server?.[1], 'KUBECONFIG names no cluster of test/cluster');
  return `${server[1]}.1`;
}
