import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RawPod, stripPod } from './pods.ts';

const aPod = (kind: string, name: string, labels: Record<string, string>, controller = true): RawPod => ({
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    labels,
    ownerReferences: [
      { kind: 'Gardener', name: 'g' },
      { kind, name, controller },
    ],
  },
  spec: { nodeName: 'node-1' },
  status: { podIP: '10.0.0.7' },
});

const cases: [kind: string, name: string, labels: Record<string, string>, owner: string | null, why: string][] = [
  ['ReplicaSet', 'web-app-5d9c7b', { 'pod-template-hash': '5d9c7b' }, 'Deployment web-app', 'its ReplicaSet is named for it'],
  ['ReplicaSet', 'bare', {}, null, 'a ReplicaSet of nobody replaces no pods by others'],
  ['ReplicaSet', 'canary-1', { 'pod-template-hash': '5d9c7b' }, null, 'named otherwise, it is of another kind'],
  ['StatefulSet', 'db', { 'controller-revision-hash': 'db-77' }, 'StatefulSet db', 'its revision is a label'],
  ['DaemonSet', 'agent', { 'controller-revision-hash': '77' }, 'DaemonSet agent', 'its revision is a label'],
  ['Job', 'once', { 'controller-revision-hash': '77' }, null, 'it never replaces a pod'],
];

for (const [kind, name, labels, owner, why] of cases) {
  test(`a pod of ${kind} ${name} is ${owner === null ? "nobody's" : `of ${owner}`}: ${why}`, () => {
    const pod = stripPod(aPod(kind, name, labels));
    assert.equal(pod.owner, owner);
    assert.equal(pod.templateHash, owner === null ? null : (Object.values(labels)[0] ?? null));
  });
}

test('who merely owns a pod and does not control it is not asked', () =>
  assert.equal(stripPod(aPod('StatefulSet', 'db', { 'controller-revision-hash': 'db-77' }, false)).owner, null));

test('where a pod is comes from its spec, its address from its status, and a new one has neither', () => {
  const { node, ip } = stripPod(aPod('Job', 'j', {}));
  assert.deepEqual([node, ip], ['node-1', '10.0.0.7']);
  const { metadata } = aPod('Job', 'j', {});
  assert.deepEqual([stripPod({ metadata }).node, stripPod({ metadata }).ip], [null, null]);
});
