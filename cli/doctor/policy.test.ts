import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReloadPolicyStatus } from '../../crds/reload-policy-status.ts';
import { aPolicy, counts, healthy, rolling } from '../testing/objects.ts';
import { policyFinding } from './policy.ts';

const all = { ...counts, total: 4 };
const conditions = (message: string) => [
  { type: 'Ready' as const, status: 'False' as const, reason: 'Paused', message, lastTransitionTime: '2026-11-02T10:42:00Z' },
];

for (const [status, says, unknown, title] of [
  [{ ...healthy, members: all }, null, undefined, 'one at rest'],
  [{ ...rolling, members: all }, null, undefined, 'one that rolls out'],
  [{}, /^no operator has looked at it yet$/, true, 'one that is new'],
  [
    { ...healthy, phase: 'Degraded', because: 'web-1 refused it' },
    /^it is Degraded, web-1 refused it: see where by get web$/,
    undefined,
    'one that failed',
  ],
  [
    { ...healthy, phase: 'Paused', because: 'ConfigMap web-config is not there' },
    /^it is Paused, ConfigMap web-config is not there/,
    true,
    'one that is held, as a person may want it',
  ],
  [
    { ...healthy, phase: 'Paused', because: 'it waits', conditions: conditions('it waits. Without the sidecar: web-1') },
    /^it is Paused, it waits\. Without the sidecar: web-1/,
    true,
    'one that is held, and has pods that do not take part',
  ],
  [
    { ...healthy, members: { ...all, total: 0, managed: 0, connected: 0 } },
    /^its selector matches no pod: compare spec\.targets\.selector with the labels of the pods$/,
    true,
    'one without pods',
  ],
  [
    { ...healthy, members: { ...all, managed: 3, connected: 3 } },
    /^1 of 4 pods is without the sidecar: see which by get web, and why by doctor with its name$/,
    true,
    'one with pods that do not take part',
  ],
  [
    { ...healthy, members: { ...all, connected: 2 } },
    /^2 of 4 sidecars are not connected: see which by get web, and why by doctor with its name$/,
    true,
    'one with members that are away',
  ],
] as const satisfies readonly (readonly [ReloadPolicyStatus, RegExp | null, true | undefined, string])[])
  test(`of a policy is said whether it needs somebody: ${title}`, () => {
    const { what, wrong, unknown: isUnknown } = policyFinding(aPolicy(status));
    assert.equal(what, 'policy web needs nobody');
    if (says === null) assert.equal(wrong, null);
    else assert.match(wrong ?? '', says);
    assert.equal(isUnknown, unknown);
  });
