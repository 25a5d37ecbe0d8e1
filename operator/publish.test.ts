import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReloadPolicySpec } from '../crds/reload-policy.ts';
import type { Pod } from './kube/pods.ts';
import { appOf } from './publish.ts';

const pod = (id: string | null) => ({ containers: [{ name: 'nginx', id, ready: id !== null, starts: [] }] }) as unknown as Pod;
const policy = (container: string) =>
  ({ handle: { signal: { signal: 'SIGHUP', process: 'nginx', container } } }) as unknown as ReloadPolicySpec;

test('an app whose container does not run starts on its files; one that no container has is a mistake, and is told to be refused', () => {
  assert.deepEqual(appOf(pod('abc'), policy('nginx')), { containerId: 'abc', appRuns: true });
  assert.deepEqual(appOf(pod(null), policy('nginx')), { containerId: null, appRuns: false });
  assert.deepEqual(appOf(pod('abc'), policy('ngnix')), { containerId: null, appRuns: true });
});

test('the app may be a native sidecar of the user’s own', () => {
  const proxied = { ...pod('abc'), nativeSidecars: [{ name: 'proxy', ready: true, id: 'def', starts: [], endedAt: null }] };
  assert.deepEqual(appOf(proxied, policy('proxy')), { containerId: 'def', appRuns: true });
});
