import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Pod } from '../kube/pods.ts';
import type { PolicyEntry } from '../world.ts';
import { conflictOf } from './conflict.ts';

type Look = { born?: string; labels?: Record<string, string>; deleted?: boolean };

const aPolicy = (name: string, { born = '2026-01-01T00:00:00Z', labels = { app: 'web' }, deleted = false }: Look = {}): ReloadPolicy =>
  ReloadPolicy.parse({
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: born,
      ...(deleted && { deletionTimestamp: '2026-01-02T00:00:00Z' }),
    },
    spec: {
      sources: [{ configMap: { name: 'web' } }],
      targets: { selector: { matchLabels: labels } },
      handle: { http: { port: 8080, path: '/reload' } },
    },
  });

const mine = aPolicy('mine', { born: '2026-01-01T12:00:00Z' });
const pods = [{ name: 'web-1', labels: { app: 'web', tier: 'front' } } as unknown as Pod];
const against = (other: PolicyEntry) =>
  conflictOf(mine, pods, { policies: { get: () => undefined, list: () => [{ kind: 'policy', policy: mine }, other] } });
const policy = (...look: Parameters<typeof aPolicy>): PolicyEntry => ({ kind: 'policy', policy: aPolicy(...look) });

test('a policy yields to an older one that claims one of its pods, and says so', () =>
  assert.equal(
    against(policy('other', { labels: { tier: 'front' } })),
    'conflict: pod web-1 is a member of the older policy other too, so that this one sends nothing',
  ));

const cases: [other: PolicyEntry, why: string][] = [
  [policy('other', { born: '2026-01-01T13:00:00Z' }), 'a younger one yields itself'],
  [policy('other', { labels: { app: 'db' } }), 'an older one has other pods'],
  [policy('other', { deleted: true }), 'an older one is on its way out'],
  [{ kind: 'unreadable', because: 'x' }, 'what is not understood claims nothing'],
];
for (const [other, why] of cases) test(`no conflict: ${why}`, () => assert.equal(against(other), null));

test('of two that were born in the same second, the first by name has the pods', () => {
  const born = '2026-01-01T12:00:00Z';
  assert.equal(against(policy('zebra', { born })), null);
  assert.match(against(policy('ant', { born })) ?? '', /older policy ant/);
});
