import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, Pod } from '../kube/pods.ts';
import { memberOf } from './fleet.ts';

const runs = (name: string, ...starts: number[]): Container => ({ name, ready: true, id: `${name}-id`, starts, endedAt: null });
const app = runs('app', 10);
const dying: Container = { name: 'proxy', ready: false, id: null, starts: [5, 20], endedAt: 30 };

/** How a member stands whose policy signals that container. */
const memberIn = (nativeSidecars: readonly Container[], signalled?: string) => {
  const pod = { uid: 'u', name: 'web-1', phase: 'Running', containers: [app], nativeSidecars } as unknown as Pod;
  const { ready, startedAt, endedAt } = memberOf(pod, undefined, {}, () => undefined, signalled);
  return { ready, startedAt, endedAt };
};
const appAlone = { ready: true, startedAt: [10], endedAt: [] };

for (const [nativeSidecars, signalled, expected, why] of [
  [[dying], 'proxy', { ready: false, startedAt: [10, 5, 20], endedAt: [30] }, 'a native sidecar that is signalled is of the app'],
  [[dying], 'app', appAlone, 'one that is not signalled is none of the policy’s'],
  [[dying], undefined, appAlone, 'nor is one where no container is named'],
  [[runs('proxy', 5)], 'proxy', { ready: true, startedAt: [10, 5], endedAt: [] }, 'one that runs is well'],
] as const)
  test(`${signalled ?? 'no container'} is signalled: ${why}`, () => assert.deepEqual(memberIn(nativeSidecars, signalled), expected));
