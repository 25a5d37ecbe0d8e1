import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { inject } from './inject.ts';
import { OPTIONS, shapes } from './testing/shapes.ts';

for (const { name, why, policy, pod, answer } of shapes()) {
  test(`${name}: ${why}`, () => {
    const before = structuredClone(pod);
    const injection = inject(pod, [policy], OPTIONS);
    assert.deepEqual(pod, before, 'the pod that was given stays as it is');
    assert.deepEqual(injection, answer);
    if (injection.kind !== 'injected') return;
    const again = inject(injection.pod, [policy], { ...OPTIONS, image: 'localhost/another:1' });
    assert.deepEqual(again, injection, 'injected again, nothing changes');
  });
}

test('the pod of examples/nginx comes out as it stands there with a sidecar by hand, but for what injection says itself', () => {
  const [deployment] = parseAllDocuments(readFileSync('examples/nginx/4-web.yaml', 'utf8'), { merge: true });
  const byHand = deployment?.toJS().spec.template.spec;
  const nginx = shapes().find(({ name }) => name === 'nginx')?.answer;
  assert.equal(nginx?.kind, 'injected');
  const { containers, volumes, initContainers = [], ...spec } = nginx.pod.spec;
  const [ours] = initContainers;
  assert.ok(ours);

  const sidecar = structuredClone(byHand.initContainers[0]);
  sidecar.env.push(ours.env?.find(({ name }) => name === 'FLEETRELOAD_VOLUMES'));
  sidecar.volumeMounts[0].mountPath = '/fleet/files/web-config';
  sidecar.securityContext = { ...byHand.securityContext, ...sidecar.securityContext };
  delete sidecar.securityContext.fsGroup; // the pod's alone
  assert.deepEqual(ours, sidecar);

  const room = byHand.volumes.find(({ name }: { name: string }) => name === 'web-config').emptyDir;
  room.sizeLimit = '16Mi'; // by hand, for what one knows of the config; here for the largest revision there may be
  assert.deepEqual(byName(volumes ?? []), byName(byHand.volumes));
  assert.deepEqual(containers[0]?.volumeMounts, byHand.containers[0].volumeMounts);
  assert.deepEqual(spec, { ...spec, shareProcessNamespace: true, securityContext: byHand.securityContext });
});

function byName<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => a.name.localeCompare(b.name));
}
