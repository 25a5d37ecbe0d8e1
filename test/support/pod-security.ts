import assert from 'node:assert/strict';
import { kubectl } from './kubectl.ts';

/** PodSecurity `restricted` is enforced on the namespace: a pod that asks for nothing of it is refused. */
export async function letsNoRootIn(namespace: string): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'root' },
    spec: { containers: [{ name: 'root', image: 'localhost/nginx:1' }] },
  };
  await assert.rejects(
    kubectl(['create', '-n', namespace, '--dry-run=server', '-f', '-'], JSON.stringify(pod)),
    /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false .* unrestricted capabilities .* runAsNonRoot != true/,
  );
}
