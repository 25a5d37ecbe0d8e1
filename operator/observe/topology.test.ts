import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../kube/pods.ts';
import { topologyOf } from './topology.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const labelsOf = (node: string) => ({ 'node-1': { [ZONE]: 'eu-1', [HOST]: 'other' } })[node];

const cases: [node: string | null, topology: Record<string, string>, why: string][] = [
  ['node-1', { [ZONE]: 'eu-1', [HOST]: 'node-1' }, 'a host is the node itself, whatever its label says'],
  ['node-2', { [ZONE]: '', [HOST]: 'node-2' }, 'a node without the label, or that is not known, has an empty value'],
  [null, { [ZONE]: '', [HOST]: '' }, 'so has a pod that waits for its node'],
];
for (const [node, topology, why] of cases) {
  test(`topology of a pod on ${node}: ${why}`, () => assert.deepEqual(topologyOf({ node } as Pod, [ZONE, HOST], labelsOf), topology));
}

test('what no wave is spread over is not asked', () => assert.deepEqual(topologyOf({ node: 'node-1' } as Pod, [], labelsOf), {}));
