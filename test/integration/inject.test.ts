/** Injection on a real API server: it takes every pod that comes out, as PodSecurity `restricted` where it took the one that went in. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { inject, type Pod } from '../../operator/inject/inject.ts';
import { OPTIONS, type Shape, shapes } from '../../operator/inject/testing/shapes.ts';
import { anApiUser, eventually } from '../support/api-user.ts';
import { letsNoRootIn } from '../support/pod-security.ts';

const { run, kubectl, namespace, leave } = await anApiUser();
after(leave);
// The controller that makes it takes a moment.
await eventually(() => kubectl(['get', 'serviceaccount', 'default']));

const INJECTED = shapes().flatMap((shape) => (shape.answer.kind === 'injected' ? [{ ...shape, injected: shape.answer.pod }] : []));
const INJECTED_THERE = await admitted(INJECTED.map(({ injected }) => injected));

test('the API server takes the pods as they are written, so that they are pods', async () => {
  const pods = await admitted(shapes().map(({ pod }) => pod));
  assert.equal(pods.length, shapes().length);
});

for (const [i, pod] of INJECTED_THERE.entries()) {
  const { name, policy } = INJECTED[i] as Shape;
  test(`${name}: as the API server has it, it is injected already, and the sidecar has no token for the API`, () => {
    assert.deepEqual(inject(pod, [policy], OPTIONS), { kind: 'injected', policy: 'web', pod });
    const mounts = pod.spec.initContainers?.[0]?.volumeMounts ?? [];
    assert.deepEqual(
      mounts.filter((mount) => mount.name.startsWith('kube-api-access')),
      [],
    );
  });
}

test('a pod that PodSecurity "restricted" lets in is let in with the sidecar, too', async () => {
  await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  await letsNoRootIn(namespace);
  const { stdout } = await run(['create', '--dry-run=server', '-o', 'name', '-f', '-'], listOf(INJECTED.map(({ pod }) => pod)));
  const names = stdout.trim().split('\n');
  assert.deepEqual(names, ['pod/http-of-the-pods-user', 'pod/items', 'pod/nginx', 'pod/restricted-by-container']);
  const same = INJECTED.filter(({ name }) => names.includes(`pod/${name}`)).map(({ injected }) => injected);
  assert.equal(await kubectl(['create', '-o', 'name', '-f', '-'], listOf(same)), stdout);
});

/** As the API server would have them: with its defaults, and what its own admission adds. */
async function admitted(pods: readonly Pod[]): Promise<readonly Pod[]> {
  const answer = await kubectl(['create', '--dry-run=server', '-o', 'yaml', '-f', '-'], listOf(pods));
  return parseAllDocuments(answer).map((document) => document.toJS() as Pod);
}

function listOf(pods: readonly Pod[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods.map((pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod })) });
}
