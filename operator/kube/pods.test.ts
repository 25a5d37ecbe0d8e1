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

const at = (minute: number) => `2026-11-24T12:${String(minute).padStart(2, '0')}:00Z`;
const runs = (minute: number) => ({ running: { startedAt: at(minute) } });
const ran = (minute: number) => ({ terminated: { startedAt: at(minute) } });
const waits = { waiting: { reason: 'CrashLoopBackOff' } };

/** What is kept of a pod that told of its app's container so, one after the other, and at which minutes it says that the app started. */
function startsAfter(...told: readonly { state: object; lastState?: object }[]): readonly number[] {
  let pod: ReturnType<typeof stripPod> | undefined;
  for (const states of told)
    pod = stripPod({ ...aPod('Job', 'j', {}), status: { containerStatuses: [{ name: 'app', ready: true, ...states }] } }, pod);
  return (pod?.containers[0]?.starts ?? []).map((start) => (start - Date.parse(at(0))) / 60_000);
}

test('a container that started once says so once, however often it is told', () =>
  assert.deepEqual(startsAfter({ state: runs(1), lastState: {} }, { state: runs(1) }), [1]));

test('each start counts, also those that the status tells of no more', () =>
  assert.deepEqual(
    startsAfter(
      { state: runs(1) },
      { state: runs(2), lastState: ran(1) },
      { state: runs(3), lastState: ran(2) },
      { state: runs(4), lastState: ran(3) },
    ),
    [1, 2, 3, 4],
  ));

test('a start that nobody looked at in time is told by the next status', () =>
  assert.deepEqual(startsAfter({ state: runs(1) }, { state: runs(3), lastState: ran(2) }), [1, 2, 3]));

test('a container that waits to be started again did start', () => assert.deepEqual(startsAfter({ state: waits, lastState: ran(2) }), [2]));

test('one that has just ended did start, too', () => assert.deepEqual(startsAfter({ state: ran(2), lastState: ran(1) }), [1, 2]));

test('a crash loop of days keeps no more starts than a policy can forgive', () => {
  const told = Array.from({ length: 150 }, (_, minute) => ({ state: { running: { startedAt: new Date(minute * 60_000).toISOString() } } }));
  assert.equal(startsAfter(...told).length, 101);
});

test('of two containers each has its own starts', () => {
  const of = (name: string, minute: number) => ({ name, ready: true, state: runs(minute) });
  const first = stripPod({ ...aPod('Job', 'j', {}), status: { containerStatuses: [of('app', 1), of('log', 2)] } });
  const next = stripPod({ ...aPod('Job', 'j', {}), status: { containerStatuses: [of('app', 3), of('log', 2)] } }, first);
  assert.deepEqual(
    next.containers.map(({ starts }) => starts.length),
    [2, 1],
  );
});

const ended = (minute: number) => ({ terminated: { startedAt: at(0), finishedAt: at(minute) } });
const endings: [states: { state: object; lastState?: object }, minute: number | null, why: string][] = [
  [{ state: runs(3), lastState: ended(2) }, null, 'it runs again'],
  [{ state: ended(2), lastState: ended(1) }, 2, 'it has just ended'],
  [{ state: waits, lastState: ended(2) }, 2, 'it waits to be started again'],
  [{ state: { waiting: { reason: 'ContainerCreating' } }, lastState: {} }, null, 'it never ran'],
];

for (const [states, minute, why] of endings)
  test(`a container ${minute === null ? 'has not ended' : 'is known to have ended'}: ${why}`, () => {
    const pod = stripPod({ ...aPod('Job', 'j', {}), status: { containerStatuses: [{ name: 'app', ready: true, ...states }] } });
    assert.equal(pod.containers[0]?.endedAt, minute === null ? null : Date.parse(at(minute)));
  });

test('a pod says since when it is not Ready', () => {
  const of = (status: string) =>
    stripPod({ ...aPod('Job', 'j', {}), status: { conditions: [{ type: 'Ready', status, lastTransitionTime: at(3) }] } });
  assert.deepEqual([of('False').unreadySince, of('True').unreadySince], [Date.parse(at(3)), null]);
  assert.equal(stripPod({ ...aPod('Job', 'j', {}), status: {} }).unreadySince, null);
});

const native = (name: string) => ({ name, restartPolicy: 'Always' });

test('a native sidecar of the user’s own is known by its container, too: ours, and init containers that end, are not', () => {
  const of = (name: string) => ({ name, ready: true, containerID: `containerd://${name}-id`, state: runs(1) });
  const pod = stripPod({
    ...aPod('Job', 'j', {}),
    spec: { initContainers: [native('fleet-reload'), { name: 'check' }, native('proxy'), native('mesh')] },
    status: { initContainerStatuses: [of('fleet-reload'), of('check'), of('proxy'), { name: 'mesh', ready: false, state: {} }] },
  });
  assert.deepEqual(pod.nativeSidecars, [
    { name: 'proxy', ready: true, id: 'proxy-id', starts: [Date.parse(at(1))], endedAt: null },
    { name: 'mesh', ready: false, id: null, starts: [], endedAt: null },
  ]);
  assert.deepEqual(pod.containers, []);
  assert.equal('nativeSidecars' in stripPod(aPod('Job', 'j', {})), false);
});

test('a native sidecar that dies again and again is known by all its starts and its last end, as the app is', () => {
  const spec = { initContainers: [native('proxy')] };
  const told: readonly { ready: boolean; state: object; lastState?: object }[] = [
    { ready: true, state: runs(1) },
    { ready: true, state: runs(2), lastState: ran(1) },
    { ready: false, state: waits, lastState: { terminated: { startedAt: at(3), finishedAt: at(4) } } },
  ];
  const pod = told.reduce<ReturnType<typeof stripPod> | undefined>(
    (before, states) =>
      stripPod({ ...aPod('Job', 'j', {}), spec, status: { initContainerStatuses: [{ name: 'proxy', ...states }] } }, before),
    undefined,
  );
  assert.deepEqual(pod?.nativeSidecars, [
    { name: 'proxy', ready: false, id: null, starts: [1, 2, 3].map((minute) => Date.parse(at(minute))), endedAt: Date.parse(at(4)) },
  ]);
});
